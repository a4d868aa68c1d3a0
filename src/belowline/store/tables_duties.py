"""The tables of what a publisher owes: appeals, notices and their misuse, trusted flaggers, holds, suspicions."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

appeal = sa.Table(  # a writer's answer to a decision, and what another moderator made of it
    "appeal",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("decision_id", Id, sa.ForeignKey("decision.id"), nullable=False, unique=True),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), index=True),  # null: a guest
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("outcome", sa.Text),  # model.appeal.Outcome; null: it waits
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("decided_by", Id, sa.ForeignKey("person.id")),  # null: the operator's key
    sa.Column("decided_at", UtcTime),
    sa.Column("alone", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    # ^ an editor decided who had decided before: there was nobody else
    sa.Column("told_at", UtcTime),
    sqlite_autoincrement=True,
)
_waits = appeal.c.outcome.is_(None)
sa.Index("appeal_waiting", appeal.c.site_id, appeal.c.made_at, sqlite_where=_waits, postgresql_where=_waits)

trusted_flagger = sa.Table(
    "trusted_flagger",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id")),  # null: for every site here
    sa.Column("name", sa.Text, nullable=False),  # of the body, as the Commission lists it
    sa.Column("person_id", Id, sa.ForeignKey("person.id")),  # who writes for it here, signed in
    sa.Column("email", sa.Text),  # or a proved address under which somebody signs in
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    sqlite_autoincrement=True,
)

notice = sa.Table(  # of illegal content, Article 16 of the Digital Services Act
    "notice",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id"), index=True),  # null: not a comment that we know
    sa.Column("location", sa.Text, nullable=False),  # the exact address that was given
    sa.Column("kind", sa.Text, nullable=False),  # model.reasons.KINDS
    sa.Column("explanation", sa.Text, nullable=False),
    sa.Column("name", sa.Text),
    sa.Column("email", sa.Text),
    sa.Column("lang", sa.Text),
    sa.Column("person_id", Id, sa.ForeignKey("person.id")),  # who gave it, if signed in
    sa.Column("flagger_id", Id, sa.ForeignKey("trusted_flagger.id")),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("outcome", sa.Text),  # model.notice.Outcome; null: it waits
    sa.Column("manifest", sa.Text, nullable=False, server_default=""),  # illegal, unfounded: as the moderator found
    sa.Column("answer", sa.Text, nullable=False, server_default=""),
    sa.Column("decision_id", Id, sa.ForeignKey("decision.id")),  # what it led to
    sa.Column("decided_by", Id, sa.ForeignKey("person.id")),
    sa.Column("decided_at", UtcTime),
    sa.Column("received_told_at", UtcTime),
    sa.Column("answer_told_at", UtcTime),
    sqlite_autoincrement=True,
)
_open = notice.c.outcome.is_(None)
sa.Index("notice_waiting", notice.c.site_id, notice.c.made_at, sqlite_where=_open, postgresql_where=_open)

legal_hold = sa.Table(  # what is under hold is kept, whatever its term
    "legal_hold",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),  # comment, person, story
    sa.Column("subject_id", Id, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("made_by", Id, sa.ForeignKey("person.id")),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("lifted_at", UtcTime),
    sa.Column("lifted_by", Id, sa.ForeignKey("person.id")),
    sa.Index("legal_hold_of", "what", "subject_id"),
    sqlite_autoincrement=True,
)

suspicion = sa.Table(  # of a crime against somebody's life or safety, Article 18
    "suspicion",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),  # why
    sa.Column("made_by", Id, sa.ForeignKey("person.id")),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("notified_at", UtcTime),  # when a person says that they informed the authority
    sa.Column("notified", sa.Text, nullable=False, server_default=""),  # which one, under which number
    sqlite_autoincrement=True,
)

notifier_measure = sa.Table(  # against somebody whose notices were manifestly unfounded again and again, Article 23(2)
    "notifier_measure",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("email", sa.Text),  # as their notices gave it; null: forgotten
    sa.Column("lang", sa.Text),  # in which they are told
    sa.Column("kind", sa.Text, nullable=False),  # model.notice.Against
    sa.Column("reason", sa.Text, nullable=False),  # as they are told
    sa.Column("unfounded", sa.Integer, nullable=False),  # of how many notices in the year before
    sa.Column("notices", sa.Integer, nullable=False),
    sa.Column("made_by", Id, sa.ForeignKey("person.id")),
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("until", UtcTime),  # null: a warning
    sa.Column("lifted_at", UtcTime),
    sa.Column("lifted_by", Id, sa.ForeignKey("person.id")),
    sa.Column("told_at", UtcTime),
    sa.Index("notifier_measure_of", "site_id", "email"),
    sqlite_autoincrement=True,
)

refusal = sa.Table(  # how many comments the steps refused when they were sent: a number, nothing about anybody
    "refusal",
    metadata,
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), primary_key=True),
    sa.Column("day", sa.Text, primary_key=True),  # 2026-03-01
    sa.Column("step", sa.Text, primary_key=True),  # of the pipeline; "": of comments, whatever steps asked for it
    sa.Column("many", sa.Integer, nullable=False),
)
