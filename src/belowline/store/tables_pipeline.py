"""The tables of the pipeline: what was sent lately, the lists of a site, and who is asked beside the steps."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, comment, metadata

sending = sa.Table(  # for two weeks: whom it came from and the print of its text (jobs/forget.py)
    "sending",
    metadata,
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    sa.Column("site_id", Id, nullable=False),
    sa.Column("story_id", Id, nullable=False),
    sa.Column("writer", sa.Text),  # p12 a person, g… a browser, e… an address that a guest left; null: nobody we know
    sa.Column("address", sa.Text),  # keyed hash of the network address
    sa.Column("exact", sa.BigInteger, nullable=False),  # moderation.prints
    sa.Column("sketch", sa.LargeBinary, nullable=False),
    sa.Column("sent_at", UtcTime, nullable=False),
)
for _by in (sending.c.writer, sending.c.address):
    _known = _by.is_not(None)
    sa.Index(f"sending_by_{_by.name}", _by, sending.c.sent_at, sqlite_where=_known, postgresql_where=_known)

print_mark = sa.Table(  # where the same or nearly the same text is found: by its print and three of its sketch
    "print_mark",
    metadata,
    sa.Column("site_id", Id, primary_key=True, autoincrement=False),
    sa.Column("mark", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("comment_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

word_list = sa.Table(
    "word_list",
    metadata,
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), primary_key=True, autoincrement=False),
    sa.Column("kind", sa.Text, primary_key=True),  # words; allowed, blocked (domains)
    sa.Column("lang", sa.Text, primary_key=True),  # of a list of words; "": for every language
    sa.Column("lines", sa.Text, nullable=False),  # as they were given
    sa.Column("size", sa.Integer, nullable=False),  # terms or domains in it
    sa.Column("print", sa.Text, nullable=False),  # of the lines: what was compiled from the same is not compiled again
    sa.Column("changed_at", UtcTime, nullable=False),
)

external_check = sa.Table(  # a service of the site's that is asked about each comment
    "external_check",
    metadata,
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), primary_key=True, autoincrement=False),
    sa.Column("settings", sa.JSON, nullable=False),
)

# What the pipeline asks of comments, each by an index of its own, so that a post costs the same among any number.
TAKEN_DOWN = sa.text("state IN ('removed', 'spam')")
TROUBLED = sa.text("(state IN ('held', 'removed', 'spam') OR report_count > 0)")
for _by in (comment.c.person_id, comment.c.guest, comment.c.email_hash):
    sa.Index(
        f"comment_taken_down_{_by.name}",
        _by,
        comment.c.created_at,
        sqlite_where=TAKEN_DOWN,
        postgresql_where=TAKEN_DOWN,
    )
sa.Index(
    "comment_troubled",
    comment.c.story_id,
    comment.c.created_at,
    sqlite_where=TROUBLED,
    postgresql_where=TROUBLED,
)
sa.Index(
    "comment_by_guest",
    comment.c.guest,
    sqlite_where=comment.c.guest.is_not(None),
    postgresql_where=comment.c.guest.is_not(None),
)
