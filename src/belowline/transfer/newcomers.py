"""The people of an import: their addresses for the comments that lack one, their bans, and roles that are only told.

A role in another system gives no power here: the receipt lists who had one, and a person decides.
"""

import sqlalchemy as sa

from belowline.model.person import Role
from belowline.model.site import Site
from belowline.rules import roles
from belowline.store import imports, log, people, sanctions, sites
from belowline.store.staging import Staging
from belowline.transfer.belowline import own_person
from belowline.transfer.context import Context
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import PersonRecord, Restriction
from belowline.transfer.rows import clean, email_hash, line
from belowline.transfer.stage import decode_person

REASON = "You were banned where this discussion was before."
_ROLES = {
    "member": "a member",
    "author": "an author",
    "staff": "of the staff",
    "moderator": "a moderator",
    "editor": "an editor",
    "admin": "an admin",
}
_DID = {"ban": "was banned", "suspend": "was suspended", "hold": "wrote nothing that did not wait for a moderator"}
_HERE = {
    "ban": "who signs in by that address cannot write until it is lifted",
    "suspend": "who signs in by that address cannot write until that day",
    "hold": "what is written by who signs in by that address waits",
}


def take_in(conn: sa.Connection, staging: Staging, site: Site, receipt: Receipt, context: Context) -> None:
    """Bans and what else lasts become sanctions of the site; everything else about people is told."""
    key = sites.signing_secret(conn)
    home = own_person(imports.installation(conn), "")
    for body in staging.notable_people():
        record = decode_person(body)
        who = line(record.name) or record.source_id
        if record.source_id.startswith(home):  # their own roles and sanctions are here, as they are now
            continue
        if record.role != "reader":
            what = f"{who} was {_ROLES[record.role]} there."
            receipt.note(what, "A role of another system gives none here; the people page gives one.", record.where)
        for one in record.restrictions or ((Restriction(kind="ban"),) if record.banned else ()):
            _restrict(conn, site, record, one, key, receipt, context)


def _restrict(
    conn: sa.Connection,
    site: Site,
    record: PersonRecord,
    one: Restriction,
    key: str,
    receipt: Receipt,
    context: Context,
) -> None:
    who = line(record.name) or record.source_id
    what = f"{who} {_DID[one.kind]} there."
    mark = email_hash(record.email, key)
    if mark is None:
        why = "The file has no address by which they could be known here; their comments stand as they were."
        receipt.note(what, why, record.where)
        return
    if one.until is not None and one.until <= context.now:
        receipt.note(what, f"That was over on {one.until:%Y-%m-%d}.", record.where)
        return
    person = people.by_login(conn, "email", "", mark)
    if person is not None and roles.works_here(people.role_of(conn, person.id, site.id) or Role.READER):
        receipt.note(
            what, f"They work here now, and were not {'banned' if one.kind == 'ban' else 'held up'}.", record.where
        )
        return
    before = sanctions.of(conn, site.id, None, None, mark)
    if any(known.kind == one.kind for known in before):  # also one that was lifted since: never again by a file
        return
    receipt.bans += one.kind == "ban"
    receipt.restrictions += one.kind != "ban"
    receipt.note(what, f"So they are here: {_HERE[one.kind]}.", record.where)
    if not context.dry_run:
        _impose(conn, site, person.id if person else None, mark, who, one, context)


def _impose(
    conn: sa.Connection, site: Site, person_id: int | None, mark: str, who: str, one: Restriction, context: Context
) -> None:
    reason = clean(one.reason) or (REASON if one.kind == "ban" else "")
    values = {"site_id": site.id, "person_id": person_id, "email_hash": mark, "kind": one.kind, "reason": reason}
    note = f"Import {context.run_id} ({context.source}): {who}"
    run_id = context.run_id
    made = sanctions.add(conn, **values, until=one.until, note=note, made_at=context.now, import_run_id=run_id)
    details = {"sanction": made.id, "did": "imposed", "kind": one.kind, "person": person_id, "import": run_id}
    log.append(conn, context.now, "sanction", details, None, site.id)
