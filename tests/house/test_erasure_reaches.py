"""Whoever adds a column that leads to a person says what becomes of it when they are erased."""

from importlib import import_module
from pathlib import Path

from belowline import store
from belowline.store.tables import metadata

NAMES = {"reader", "guest", "email", "email_hash", "emails", "names", "writer", "author_name", "name", "actor_id"}

DELETED = {  # store/erasing.py and erasing_duties.py delete these rows
    "claim.person_id", "erasure.person_id", "erasure.names", "erasure.emails", "follower.person_id", "follower.email",
    "login.person_id", "mail_code.email", "mail_code.email_hash", "mute.person_id", "mute.muted_id", "passkey.name",
    "passkey.person_id", "person_name.person_id", "person_name.name", "person_note.person_id", "picture.person_id",
    "role.person_id", "sanction.person_id", "sending.writer", "session.person_id", "visit.person_id",
}  # fmt: skip
UNLINKED = {  # … or write nobody there
    "appeal.person_id", "comment.author_name", "comment.email_hash", "comment.guest", "comment.person_id",
    "correction.name", "correction.person_id", "correction.reader", "decision.person_id", "notice.email",
    "notice.name", "notice.person_id", "person.email", "person.name", "report.reader", "trusted_flagger.email",
    "trusted_flagger.person_id", "notifier_measure.email", "vote.reader",
}  # fmt: skip
WORK = {  # a number without a name, by which what the newsroom did stays one person's work
    "appeal.decided_by", "correction.answered_by", "decision.decided_by", "decision.undone_by", "legal_hold.lifted_by",
    "legal_hold.made_by", "log.actor_id", "notice.decided_by", "person_note.made_by", "sanction.lifted_by",
    "sanction.made_by", "second_look.read_by", "suspicion.made_by", "upload.made_by", "notifier_measure.made_by",
    "notifier_measure.lifted_by",
}  # fmt: skip
OTHERS = {  # of somebody or something else: guests whom the newsroom has banned, bylines, sites
    "pingback.author_name", "sanction.email_hash", "sanction.guest", "secret.name", "site.name", "story.author_name",
    "trusted_flagger.name",
}  # fmt: skip


def test_every_column_that_leads_to_a_person_is_thought_of() -> None:
    for path in Path(store.__path__[0]).glob("tables*.py"):
        import_module(f"belowline.store.{path.stem}")
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in NAMES or any(key.column.table.name == "person" for key in column.foreign_keys)
    }
    thought_of = DELETED | UNLINKED | WORK | OTHERS
    assert found - thought_of == set(), "say in store/erasing.py or erasing_duties.py what becomes of it, then here"
    assert thought_of - found == set(), "is not there any more"
