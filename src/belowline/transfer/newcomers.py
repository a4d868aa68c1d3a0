"""The people of an import: their addresses for the comments that lack one, their bans, and roles that are only told.

A role in another system gives no power here: the receipt lists who had one, and a person decides.
"""

import sqlalchemy as sa

from belowline.model.person import Role
from belowline.model.site import Site
from belowline.rules import roles
from belowline.store import log, people, sanctions, sites
from belowline.store.staging import Staging
from belowline.transfer.context import Context
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import PersonRecord
from belowline.transfer.rows import email_hash, line
from belowline.transfer.stage import decode_person

REASON = "You were banned where this discussion was before."


def take_in(conn: sa.Connection, staging: Staging, site: Site, receipt: Receipt, context: Context) -> None:
    """Bans become sanctions of the site; everything else about people is told."""
    key = sites.signing_secret(conn)
    for body in staging.notable_people():
        record = decode_person(body)
        who = line(record.name) or record.source_id
        if record.role != "reader":
            what = f"{who} was {'an admin' if record.role == 'admin' else 'a moderator'} there."
            receipt.note(what, "A role of another system gives none here; the people page gives one.", record.where)
        if record.banned:
            _ban(conn, site, record, who, key, receipt, context)


def _ban(
    conn: sa.Connection, site: Site, record: PersonRecord, who: str, key: str, receipt: Receipt, context: Context
) -> None:
    what = f"{who} was banned there."
    mark = email_hash(record.email, key)
    if mark is None:
        why = "The file has no address by which they could be known here; their comments stand as they were."
        receipt.note(what, why, record.where)
        return
    person = people.by_login(conn, "email", "", mark)
    if person is not None and roles.works_here(people.role_of(conn, person.id, site.id) or Role.READER):
        receipt.note(what, "They work here now, and were not banned.", record.where)
        return
    person_id = person.id if person else None
    before = sanctions.of(conn, site.id, None, None, mark)
    if any(one.kind == "ban" for one in before):  # also one that was lifted since: never again by a file
        return
    receipt.bans += 1
    receipt.note(what, "So they are here: who signs in by that address cannot write until it is lifted.", record.where)
    if context.dry_run:
        return
    values = {"site_id": site.id, "person_id": person_id, "email_hash": mark, "kind": "ban", "reason": REASON}
    note = f"Import {context.run_id} ({context.source}): {who}"
    made = sanctions.add(conn, **values, note=note, made_at=context.now, import_run_id=context.run_id)
    details = {"sanction": made.id, "did": "imposed", "kind": "ban", "person": person_id, "import": context.run_id}
    log.append(conn, context.now, "sanction", details, None, site.id)
