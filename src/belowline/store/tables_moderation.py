"""The tables of the newsroom's work: decisions, claims, sanctions, notes, and the log that cannot be changed unseen."""

import sqlalchemy as sa

from belowline.store.tables import Id, UtcTime, metadata

decision = sa.Table(  # what was decided about a comment or a person, by whom or what, why; rows are never changed but
    "decision",  # for undone_* and told_at
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("comment_id", Id, sa.ForeignKey("comment.id")),
    sa.Column("person_id", Id, sa.ForeignKey("person.id")),  # whom it concerns; null: a guest, or nobody
    sa.Column("action", sa.Text, nullable=False),  # model.decision.Action
    sa.Column("state_before", sa.Text),
    sa.Column("state_after", sa.Text),
    sa.Column("ground", sa.Text, nullable=False),  # rules, law, none
    sa.Column("reason", sa.Text, nullable=False, server_default=""),  # key of a rule of the house or a kind of law
    sa.Column("explanation", sa.Text, nullable=False, server_default=""),  # to the writer, in the moderator's words
    sa.Column("note", sa.Text, nullable=False, server_default=""),  # for moderators alone
    sa.Column("found_by", sa.Text, nullable=False),  # moderator, machine, report, notice, appeal
    sa.Column("by_machine", sa.Boolean(create_constraint=False), nullable=False, server_default=sa.false()),
    sa.Column("decided_by", Id, sa.ForeignKey("person.id")),  # null: the machine, or the operator's key
    sa.Column("decided_at", UtcTime, nullable=False),
    sa.Column("batch", sa.Text),  # decided together, undone together
    sa.Column("undone_at", UtcTime),
    sa.Column("undone_by", Id, sa.ForeignKey("person.id")),
    sa.Column("told_at", UtcTime),  # when its writer was told
    sa.Index("decision_of_comment", "comment_id", "id"),
    sa.Index("decision_of_person", "person_id", "id"),
    sa.Index("decision_of_site", "site_id", "decided_at", "id"),
    sa.Index("decision_batch", "batch"),
    sqlite_autoincrement=True,  # an id is never given twice: mails and exports carry it
)

claim = sa.Table(  # who has an item of a queue in hand, for a while
    "claim",
    metadata,
    sa.Column("item", sa.Text, primary_key=True),  # comment:12, appeal:3, …
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("until", UtcTime, nullable=False, index=True),
)

sanction = sa.Table(
    "sanction",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id")),  # null: on every site here
    sa.Column("person_id", Id, sa.ForeignKey("person.id")),  # or a guest, by one of the next two
    sa.Column("guest", sa.Text),
    sa.Column("email_hash", sa.Text),
    sa.Column("kind", sa.Text, nullable=False),  # warn, suspend, ban, hold (all they write waits)
    sa.Column("reason", sa.Text, nullable=False, server_default=""),  # as they are told
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    sa.Column("until", UtcTime),  # null: until it is lifted
    sa.Column("made_by", Id, sa.ForeignKey("person.id")),  # null: the operator, or an import
    sa.Column("made_at", UtcTime, nullable=False),
    sa.Column("lifted_at", UtcTime),
    sa.Column("lifted_by", Id, sa.ForeignKey("person.id")),
    sa.Column("import_run_id", Id),  # the import that brought it
    sqlite_autoincrement=True,
)
for _by in (sanction.c.person_id, sanction.c.guest, sanction.c.email_hash):
    sa.Index(f"sanction_by_{_by.name}", _by, sqlite_where=_by.is_not(None), postgresql_where=_by.is_not(None))

person_note = sa.Table(  # what moderators tell each other of a person
    "person_note",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("person_id", Id, sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("made_by", Id, sa.ForeignKey("person.id"), nullable=False),
    sa.Column("made_at", UtcTime, nullable=False),
)

second_look = sa.Table(  # a sample of decisions whose comment another moderator judges, not knowing what was decided
    "second_look",
    metadata,
    sa.Column("decision_id", Id, sa.ForeignKey("decision.id"), primary_key=True, autoincrement=False),
    sa.Column("site_id", Id, sa.ForeignKey("site.id"), nullable=False),
    sa.Column("asked_at", UtcTime, nullable=False),
    sa.Column("read_by", Id, sa.ForeignKey("person.id")),
    sa.Column("said", sa.Text),  # publish, remove; null: it waits
    sa.Column("read_at", UtcTime),
)
_unread = second_look.c.said.is_(None)
sa.Index(
    "second_look_waits",
    second_look.c.site_id,
    second_look.c.decision_id,
    sqlite_where=_unread,
    postgresql_where=_unread,
)
sa.Index("second_look_read", second_look.c.site_id, second_look.c.read_at)

log = sa.Table(  # append-only: each row carries the hash of the one before (store/log.py)
    "log",
    metadata,
    sa.Column("id", Id, primary_key=True),  # 1, 2, 3 … without a gap
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("site_id", Id),
    sa.Column("actor_id", Id),  # a person; null: the machine, or the operator
    sa.Column("what", sa.Text, nullable=False),  # decision, policy, sanction, sign-in, role, story, appeal …
    sa.Column("details", sa.Text, nullable=False),  # JSON, exactly as it was hashed
    sa.Column("hash", sa.Text, nullable=False),
)
