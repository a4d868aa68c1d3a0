"""The tables, as the newest migration leaves them. Portable between SQLite and PostgreSQL."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def to_us(moment: dt.datetime) -> int:
    """Microseconds since 1970, UTC; exact."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


class UtcTime(sa.types.TypeDecorator[dt.datetime]):
    """A moment, kept as microseconds since 1970: sorts, compares and indexes alike on both databases."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> int | None:  # noqa: ARG002
        return None if value is None else to_us(value)

    def process_result_value(self, value: int | None, dialect: Any) -> dt.datetime | None:  # noqa: ARG002
        return None if value is None else EPOCH + dt.timedelta(microseconds=value)


Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite's rowid needs the type INTEGER

site = sa.Table(
    "site",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("origins", sa.JSON, nullable=False),
    sa.Column("policy", sa.JSON, nullable=False),
)

story = sa.Table(
    "story",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("slug", sa.Text, nullable=False, unique=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("deck", sa.Text),
    sa.Column("body_html", sa.Text, nullable=False),
    sa.Column("picture_url", sa.Text),
    sa.Column("picture_alt", sa.Text),
    sa.Column("picture_caption", sa.Text),
    sa.Column("picture_credit", sa.Text),
    sa.Column("author_name", sa.Text),
    sa.Column("author_about", sa.Text),
    sa.Column("lang", sa.Text, nullable=False),
    sa.Column("published_at", UtcTime, nullable=False),
    sa.Column("previous_title", sa.Text),
    sa.Column("previous_url", sa.Text),
    sa.Column("next_title", sa.Text),
    sa.Column("next_url", sa.Text),
    sa.Column("closing", sa.Text, nullable=False),
    sa.Column("close_after_days", sa.Integer),
    sa.Column("comment_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("thread_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("date_lost", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("body", sa.Text, nullable=False, server_default=""),  # as written
    sa.Column("body_format", sa.Text, nullable=False, server_default="markdown"),
    sa.Column("source", sa.Text),  # where an import found it
    sa.Column("source_id", sa.Text),
    sa.Column("import_run_id", Id, sa.ForeignKey("import_run.id")),  # the run that made it
    sa.Column("mode", sa.Text, nullable=False, server_default="open"),  # how it takes comments
    sa.Column("question", sa.Text),  # what the newsroom asks its readers
    sa.Column("new_count", sa.Integer, nullable=False, server_default="0"),  # published, and no moderator has looked
    sa.UniqueConstraint("site_id", "key", name="story_key"),
    sa.UniqueConstraint("site_id", "source", "source_id", name="story_source"),
    sa.Index("story_by_date", "site_id", "published_at", "id"),
    sa.Index("story_by_url", "site_id", "url"),
    sa.Index("story_counts", "site_id", "comment_count", "new_count"),  # a site's totals without the stories' rows
)

comment = sa.Table(
    "comment",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("story_id", Id, sa.ForeignKey("story.id"), nullable=False),
    sa.Column("parent_id", Id, sa.ForeignKey("comment.id")),
    sa.Column("root_id", Id),
    sa.Column("depth", sa.Integer, nullable=False),
    sa.Column("child_pos", sa.Integer, nullable=False),
    sa.Column("author_name", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("lang", sa.Text),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("shown", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("orphan", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("date_lost", sa.Boolean(create_constraint=False), nullable=False),
    sa.Column("edited_at", UtcTime),
    sa.Column("reply_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("descendant_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("child_seq", sa.Integer, nullable=False, server_default="0"),  # the last child_pos given out
    sa.Column("format", sa.Text, nullable=False, server_default="markdown"),  # of text
    sa.Column("send_key", sa.Text),  # makes one comment of one form sent twice
    sa.Column("source", sa.Text),
    sa.Column("source_id", sa.Text),
    sa.Column("import_run_id", Id, sa.ForeignKey("import_run.id")),
    sa.Column("email_hash", sa.Text),  # keyed hash of the address a source had: its owner can prove it, nobody read it
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), index=True),  # who wrote it, signed in; null: a guest
    sa.Column("badge", sa.Text),  # author, staff: from the writer's role when it was written
    sa.Column("guest", sa.Text),  # mark of the browser that wrote it, where it showed one
    sa.Column("respect_count", sa.Integer, nullable=False, server_default="0"),
    sa.Column("down_count", sa.Integer, nullable=False, server_default="0"),  # never shown
    sa.Column("best", sa.BigInteger, nullable=False, server_default="0"),  # place in the order "best"
    sa.Column("best_by", sa.Text, nullable=False, server_default="wilson-1"),  # the rule that gave it
    sa.Column("young", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.true()),  # few votes
    sa.Column("report_count", sa.Integer, nullable=False, server_default="0"),  # that no moderator has settled
    sa.Column("featured_at", UtcTime),  # when the newsroom picked it; null: it did not
    sa.Column("site_id", Id, nullable=False, server_default="0"),  # its story's, for the desk's indexes
    sa.Column("unseen", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),  # by the desk
    sa.Column("quotes", sa.JSON(none_as_null=True)),  # selectors of what it quotes, W3C Web Annotation
    sa.Column("found", sa.Text),  # model.found.Found as JSON: where the source had lost who answers whom
    sa.Column("respect_imported", sa.Integer, nullable=False, server_default="0"),  # of respect_count: of a source that
    sa.Column("down_imported", sa.Integer, nullable=False, server_default="0"),  # only had the number
    sa.UniqueConstraint("story_id", "send_key", name="comment_send_key"),
    sa.UniqueConstraint("story_id", "source", "source_id", name="comment_source"),
)

_top = sa.and_(comment.c.parent_id.is_(None), comment.c.shown)
sa.Index(
    "comment_top_by_date",
    comment.c.story_id,
    comment.c.created_at,
    comment.c.id,
    sqlite_where=_top,
    postgresql_where=_top,
)
sa.Index(
    "comment_top_by_replies",
    comment.c.story_id,
    comment.c.descendant_count,
    comment.c.id,
    sqlite_where=_top,
    postgresql_where=_top,
)
sa.Index(
    "comment_top_by_best",
    comment.c.story_id,
    comment.c.best,
    comment.c.id,
    sqlite_where=_top,
    postgresql_where=_top,
)
_young = sa.and_(_top, comment.c.young)
sa.Index(
    "comment_top_young",
    comment.c.story_id,
    comment.c.created_at,
    comment.c.id,
    sqlite_where=_young,
    postgresql_where=_young,
)
sa.Index(
    "comment_by_email",
    comment.c.email_hash,
    sqlite_where=comment.c.email_hash.is_not(None),
    postgresql_where=comment.c.email_hash.is_not(None),
)
sa.Index("comment_replies", comment.c.parent_id, comment.c.child_pos)
sa.Index(
    "comment_published",
    comment.c.story_id,
    comment.c.created_at,
    comment.c.person_id,  # these two: what is new to a reader is found without looking at the rows
    comment.c.guest,
    sqlite_where=comment.c.state == "published",
    postgresql_where=comment.c.state == "published",
)
sa.Index(
    "comment_held",
    comment.c.created_at,
    sqlite_where=comment.c.state == "held",
    postgresql_where=comment.c.state == "held",
)

sa.Index(
    "comment_held_in_story",
    comment.c.story_id,
    sqlite_where=comment.c.state == "held",
    postgresql_where=comment.c.state == "held",
)

sa.Index("comment_of_site", comment.c.site_id, comment.c.id)
_QUEUES = {  # what waits on the desk
    "comment_unpublished": ((comment.c.site_id, comment.c.state), comment.c.state != "published"),
    "comment_reported": ((comment.c.site_id,), sa.and_(comment.c.state == "published", comment.c.report_count > 0)),
    "comment_new": ((comment.c.site_id,), sa.and_(comment.c.state == "published", comment.c.unseen)),
}
for _name, (_places, _where) in _QUEUES.items():
    sa.Index(_name, *_places, comment.c.id, sqlite_where=_where, postgresql_where=_where)

revision = sa.Table(
    "revision",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),  # what an edit replaced
    sa.Column("written_at", UtcTime, nullable=False),
)

verdict = sa.Table(
    "verdict",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id"), nullable=False, index=True),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("pipeline", sa.Text, nullable=False, server_default=""),  # which steps ran, in which versions
    sa.Column("decided_at", UtcTime, nullable=False),
)

import_run = sa.Table(
    "import_run",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("files", sa.Text, nullable=False),  # names, for people
    sa.Column("print", sa.Text, nullable=False),  # the same files again have the same
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("finished_at", UtcTime),  # unset: it was interrupted
    sa.Column("undone_at", UtcTime),
    sa.Column("receipt", sa.JSON),
    sa.Column("undo_begun_at", UtcTime),  # taking it back goes in steps; what of it is gone:
    sa.Column("undone_comments", sa.Integer, nullable=False, server_default="0"),
    sa.Column("undone_stories", sa.Integer, nullable=False, server_default="0"),
)

pingback = sa.Table(  # other sites that linked to a story, as an import found them: kept, not shown as comments
    "pingback",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("story_id", Id, sa.ForeignKey("story.id"), nullable=False),
    sa.Column("author_name", sa.Text),
    sa.Column("url", sa.Text),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("format", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_id", sa.Text, nullable=False),
    sa.Column("import_run_id", Id, sa.ForeignKey("import_run.id")),
    sa.UniqueConstraint("story_id", "source", "source_id", name="pingback_source"),
)

secret = sa.Table(
    "secret",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

access_key = sa.Table(
    "access_key",
    metadata,
    sa.Column("hash", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),  # once: opens the operator's page one time; api: signs API calls
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime),
)
