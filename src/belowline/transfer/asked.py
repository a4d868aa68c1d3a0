"""The corrections of an import: what readers said is wrong in its stories, with the newsroom's answers.

They have no id of a source: one is known again by its moment, its passage and its claim. Whose they are is known
only as a name: nobody is written to about them, and no account gets them.
"""

import sqlalchemy as sa

from belowline.store import imports
from belowline.store.staging import Staging
from belowline.store.tables import to_us
from belowline.transfer.ballots import reader_key
from belowline.transfer.context import Context
from belowline.transfer.receipt import CorrectionCounts, Receipt
from belowline.transfer.records import CorrectionRecord
from belowline.transfer.rows import clean, line
from belowline.transfer.stage import decode_correction
from belowline.transfer.turns import Turns

Known = tuple[int, str, str]


def take_in(
    num: int, story_id: int | None, turns: Turns, staging: Staging, counts: CorrectionCounts, context: Context
) -> None:
    """Those of one story; `story_id` None: a dry run would make it."""
    found = [decode_correction(body) for body in staging.corrections(num)]
    there = _there(turns.conn, story_id) if found and story_id is not None else {}
    for record in found:
        known = to_us(record.created_at), clean(record.passage), clean(record.claim)
        if known not in there:
            counts.stored += 1
            there[known] = context.run_id
            if story_id is not None and not context.dry_run:
                turns.corrections.append(_row(record, story_id, known, context))
        elif there[known] is not None and there[known] == context.run_id:  # before an interruption
            counts.stored += 1
        else:
            counts.already_there += 1


def without_a_place(receipt: Receipt) -> None:
    """What belongs to stories that are not here."""
    counts = receipt.corrections
    counts.left_out = counts.found - counts.stored - counts.already_there
    if counts.left_out:
        receipt.note(f"{counts.left_out:,} corrections were left out.", "Their stories are not here.")


def _there(conn: sa.Connection, story_id: int) -> dict[Known, int | None]:
    rows = imports.corrections_there(conn, story_id)
    return {(to_us(row.created_at), clean(row.passage), clean(row.claim)): row.import_run_id for row in rows}


def _row(record: CorrectionRecord, story_id: int, known: Known, context: Context) -> dict[str, object]:
    created_at, passage, claim = known
    return {
        "story_id": story_id,
        "reader": reader_key(context.source, record.person_source_id),
        "name": line(record.name) or "",
        "passage": passage,
        "prefix": record.prefix,
        "suffix": record.suffix,
        "claim": claim,
        "source": clean(record.source),
        "created_at": created_at,
        "became": record.became,
        "answer": clean(record.answer),
        "answered_at": None if record.answered_at is None else to_us(record.answered_at),
        "import_run_id": context.run_id,
    }
