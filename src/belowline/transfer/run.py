"""An import, from the first record to the receipt.

The files are read whole into a staging file before the site is touched. Then stories and comments go in,
turns.CHUNK comments a transaction; after each the site is right as it stands. Everything is known again by
its id in the source, so the same command after an interruption goes on where it stopped, and
after the end changes nothing.
"""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import msgspec
import sqlalchemy as sa

from belowline.errors import Invalid, NotFound
from belowline.model.site import Site
from belowline.store import imports, log, sites
from belowline.store.db import Database
from belowline.store.staging import Staging
from belowline.transfer import asked, newcomers
from belowline.transfer.context import Context
from belowline.transfer.homes import Home, Homes
from belowline.transfer.intake import Intake, Progress
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import Record
from belowline.transfer.stage import Stage, decode_story
from belowline.transfer.threads import FLAT_SOURCES, find_again
from belowline.transfer.turns import Turns


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked of an import."""

    source: str
    site_key: str | None = None
    """The first site when left out."""
    now: dt.datetime
    dry_run: bool = False
    strict: bool = False
    """Everything or nothing: one transaction, and none if any record had to be left out."""
    partial: bool = False
    """Where a file breaks, bring in what was read before."""
    maps: dict[str, str] = {}
    """Address prefixes of the source to those of the site."""
    files: str = ""
    """Their names, for people."""
    print: str = ""
    """Tells whether two imports are of the same files; empty never."""
    threading: bool | None = None
    """Find again who answers whom in lists without replies: None only in those of FLAT_SOURCES."""
    must_resume: bool = False
    """Refuse unless a run of these files was interrupted."""
    actor: int | None = None
    """Who asked for it; None: the operator."""
    polite: bool = False
    """Between its transactions let others write who wait."""
    scratch: Path | None = None
    """Where the staging file may lie; the system's folder for such things when left out."""


def take_in(db: Database, records: Iterable[Record], order: Order, progress: Progress | None = None) -> Receipt:
    """Brings the records in. Raises Invalid (a broken file, or a strict import with losses), NotFound (site)."""
    receipt = Receipt(dry_run=order.dry_run)
    with Staging(order.scratch) as staging:
        stage = Stage(staging, receipt, order.source)
        stage.take(records, order.partial)
        if not (stage.story_ids or receipt.comments.found or receipt.people or receipt.notes):
            raise Invalid(f"Nothing in these files is what the importer “{order.source}” reads; were they made by it?")
        if order.threading or order.source in FLAT_SOURCES:
            find_again(staging, stage, receipt, wanted=order.threading is not False)
        with _turns(db, order) as turns:
            site = _site(turns.conn, order.site_key)
            run_id = _run(turns.conn, site, order)
            homes = Homes(turns.conn, site, order.source, run_id, order.maps)
            found = _find_homes(turns.conn, homes, staging, stage, receipt)
            _must_be_whole(order, receipt, stage.cut)
            context = Context(order.source, run_id, order.now, order.dry_run)
            intake = Intake(turns, homes, staging, receipt, stage.total, context)
            newcomers.take_in(turns.conn, staging, site, receipt, context)
            for num, (home, prefix) in found.items():
                intake.story(num, home, prefix, progress)
                asked.take_in(num, home.story_id, turns, staging, receipt.corrections, context)
            _votes_without_a_place(receipt)
            asked.without_a_place(receipt)
            receipt.unknown_urls = homes.unknown
            receipt.run = _finish(turns.conn, run_id, site, order, receipt)
    return receipt


def _turns(db: Database, order: Order) -> Turns:
    if order.dry_run:
        with db.transaction() as conn:  # what is made on first use: afterwards a preview only reads, and nobody waits
            sites.signing_secret(conn)
            imports.installation(conn)
    return Turns(db, single=order.strict, reading=order.dry_run, polite=order.polite)


def _site(conn: sa.Connection, key: str | None) -> Site:
    site = sites.first(conn) if key is None else sites.by_key(conn, key)
    if site is None:
        known = ", ".join(site.key for site in sites.all_sites(conn)) or "none; “belowline site add” makes one"
        raise NotFound(f"There is no such site (known: {known}).", code="unknown-site")
    return site


def _run(conn: sa.Connection, site: Site, order: Order) -> int | None:
    """The run's number: that of the interrupted run of these files, or a new one."""
    earlier = imports.unfinished_run(conn, site.id, order.source, order.print) if order.print else None
    if earlier is None and order.must_resume:
        raise NotFound("No import of these files was interrupted; leave out --resume.", code="unknown-run")
    if order.dry_run or earlier:
        return earlier
    values = {"source": order.source, "files": order.files, "print": order.print, "started_at": order.now}
    return imports.add_run(conn, {"site_id": site.id, **values})


def _find_homes(
    conn: sa.Connection, homes: Homes, staging: Staging, stage: Stage, receipt: Receipt
) -> dict[int, tuple[Home, str]]:
    """Each story's home, and what its comments' ids get before them."""
    found: dict[int, tuple[Home, str]] = {}
    undated = 0
    for num, body in staging.story_bodies():
        record = decode_story(body)
        home = homes.take(conn, record)
        merged = home.first is not None and home.first != record.source_id
        found[num] = home, "" if home.first == record.source_id else f"{record.source_id}/"
        undated += home.record is not None and home.record is record and record.published_at is None
        if merged:
            receipt.note(f"Page {record.url or record.source_id}", "It is one story with another page.", record.where)
    if undated:
        what = f"{undated:,} stor{'y' if undated == 1 else 'ies'} came without a date."
        receipt.note(what, "Each stands under the day of its first comment, or of the import.")
    for num, story_id in enumerate(stage.story_ids):
        known = None if num in found else homes.find(story_id)
        if known:
            found[num] = known, ""
        elif num not in found:
            _no_story(staging, num, story_id, receipt)
    receipt.stories = len({id(home) for home, _ in found.values()})
    receipt.new_stories = len({id(home) for home, _ in found.values() if home.fresh})
    return found


def _no_story(staging: Staging, num: int, story_id: str, receipt: Receipt) -> None:
    for seq, _, _ in staging.tree(num):
        receipt.comments.left_out += 1
        key = next(staging.comments([seq])).key
        what = f"Comment {key} belongs to the story {story_id}."
        receipt.note(what, "The file does not hold that story, and the site has none from it.", "", "comment")


def _must_be_whole(order: Order, receipt: Receipt, cut: str) -> None:
    if order.strict and cut:
        raise Invalid(f"Nothing was brought in (--strict): {cut}")
    if order.strict and receipt.comments.left_out:
        first = next(note for note in receipt.notes if note.left_out == "comment")
        raise Invalid(
            f"{receipt.comments.left_out} comments would be left out, so nothing was brought in (--strict). "
            f"The first: {first.what} {first.why} {first.where}".rstrip()
        )


def _votes_without_a_place(receipt: Receipt) -> None:
    votes = receipt.votes
    votes.left_out = votes.found - votes.stored - votes.already_there
    if votes.left_out:
        why = "Their comments are not here, or the same person had voted on the same comment before."
        receipt.note(f"{votes.left_out:,} votes were left out.", why)


def _finish(conn: sa.Connection, run_id: int | None, site: Site, order: Order, receipt: Receipt) -> int | None:
    if order.dry_run or run_id is None:
        return None
    brought = (receipt.comments.stored, receipt.new_stories, receipt.votes.stored, receipt.corrections.stored)
    if not any((*brought, receipt.bans, receipt.restrictions)):
        imports.drop_empty_run(conn, run_id)
        return None
    receipt.run = run_id
    imports.finish_run(conn, run_id, order.now, receipt.builtins())
    said = {"run": run_id, "source": order.source, "files": order.files, "comments": receipt.comments.stored}
    log.append(conn, order.now, "import", said, order.actor, site.id)
    return run_id
