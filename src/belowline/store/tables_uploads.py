"""The table of files that were uploaded at the desk; the files themselves lie in the data folder."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

upload = sa.Table(
    "upload",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("made_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("file", sa.Text, nullable=False),  # as the browser named it, for people
    sa.Column("place", sa.Text, nullable=False),  # its name in the upload's own folder
    sa.Column("maps", sa.JSON, nullable=False),
    sa.Column("threading", sa.Boolean(create_constraint=False)),
    sa.Column("wish", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("error", sa.Text, nullable=False, server_default=""),
    sa.Column("receipt", sa.JSON(none_as_null=True)),
    sa.Column("run_id", Id, sa.ForeignKey("import_run.id")),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    sqlite_autoincrement=True,  # a folder is never another upload's
)
