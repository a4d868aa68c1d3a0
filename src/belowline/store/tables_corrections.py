"""The table of corrections that readers ask for."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

correction = sa.Table(
    "correction",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("story_id", Id, sa.ForeignKey("story.id"), nullable=False),
    sa.Column("reader", sa.Text, nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), index=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("passage", sa.Text, nullable=False),
    sa.Column("prefix", sa.Text, nullable=False),
    sa.Column("suffix", sa.Text, nullable=False),
    sa.Column("claim", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("became", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("answered_by", Id, sa.ForeignKey("person.id")),
    sa.Column("answered_at", UtcTime),
    sa.Column("import_run_id", Id),  # the import that brought it
    sqlite_autoincrement=True,  # links in mails carry the id
)
_waits = correction.c.became == sa.literal_column("'waits'")
sa.Index("correction_waits", correction.c.created_at, sqlite_where=_waits, postgresql_where=_waits)
sa.Index("correction_of_story", correction.c.story_id, correction.c.id)
