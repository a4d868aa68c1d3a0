"""The commands that bring discussions in and take them out."""

import contextlib
import datetime as dt
import gc
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from belowline.actions import sites as site_act
from belowline.actions import stories
from belowline.cli_folder import folder
from belowline.cli_upload import go_on
from belowline.clock import now
from belowline.errors import Unusable
from belowline.settings import load
from belowline.snapshots import export_html
from belowline.store import imports, migrate
from belowline.store.db import Database
from belowline.store.exports import Selection
from belowline.transfer import receipt as receipts
from belowline.transfer import receipt_page, run, undo
from belowline.transfer.export import FORMATS, Place, to_file
from belowline.transfer.files import bring_in, receipt_of
from belowline.transfer.sources import SOURCES

_FILE = click.Path(path_type=Path, dir_okay=False)
_DAYS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]


@contextlib.contextmanager
def _database(data: str | None, checks: bool = True) -> Iterator[Database]:
    gc.freeze()  # records come and go without rings: looking for some costs a fifth of an import's time
    gc.set_threshold(200_000, 20, 20)
    settings = load(data=data)
    backup = migrate.upgrade(settings.database, now())
    if backup:
        click.echo(f"The database was brought up to date; a copy of what was there before: {backup}", err=True)
    db = Database(settings.database, settings.readers, checks=checks)
    try:
        yield db
    finally:
        db.close()


@click.group("import")
def import_() -> None:
    """Bring discussions in; the receipt accounts for every record."""


_threading = click.option(
    "--threading/--no-threading",
    default=None,
    help="In lists without a single reply find again who answers whom; saved pages do when left out.",
)


_STRICT = (
    "Everything in one go, and nothing if a comment would be left out. Nobody can post meanwhile, about a minute for a "
    "million comments: where a server runs, see first with --dry-run --strict, then import without."
)
_polite = click.option(
    "--polite/--hurry",
    default=True,
    help="Rest between transactions, so that a server's readers can post (polite, unless told otherwise).",
)


def _add_source(name: str) -> None:
    @import_.command(name, help=f"Bring in {name} files. The same files again add only what is new.")
    @click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE…")
    @click.option("--site", "site_key", help="The site's key; the first site when left out.")
    @click.option("--dry-run", is_flag=True, help="Only say what would happen.")
    @click.option("--strict", is_flag=True, help=_STRICT)
    @click.option("--partial", is_flag=True, help="If a file breaks, bring in what stands before the break.")
    @_threading
    @_polite
    @click.option("--map", "maps", multiple=True, metavar="OLD=NEW", help="Addresses that begin with OLD are NEW here.")
    @click.option("--resume", is_flag=True, help="Go on with an interrupted import; refuse to begin a new one.")
    @click.option("--receipt", "receipt_file", type=_FILE, help="Write as JSON; as a page if it ends in .html.")
    @folder
    def command(
        files: tuple[Path, ...],
        maps: tuple[str, ...],
        resume: bool,
        receipt_file: Path | None,
        data: str | None,
        **given: Any,
    ) -> None:
        order = run.Order(source=name, now=now(), maps=_maps(maps), must_resume=resume, **given)
        if receipt_file:
            _must_be_writable(receipt_file)
        with _database(data) as db:
            with db.transaction() as conn:
                site_act.make_first(conn)
            receipt = _take_in(db, order, files)
        click.echo(receipts.for_people(receipt))
        if receipt_file:
            _write(receipt_file, _as_file(receipt, receipt_file, order))


for _source in SOURCES:
    _add_source(_source)
import_.add_command(go_on)


def _take_in(db: Database, order: run.Order, files: tuple[Path, ...]) -> receipts.Receipt:
    counter = Counter("Reading", "records")
    with click.progressbar(length=1, label="Bringing in", file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            counter.end()
            bar.length = total
            bar.update(done - bar.pos)

        try:
            return bring_in(db, files, order, counter.tell, tell)
        except KeyboardInterrupt:
            nothing = order.dry_run or order.strict
            kept = "Nothing was brought in." if nothing else "What is in stays; the same command goes on from there."
            raise Unusable(f"Stopped. {kept}") from None


class Counter:
    """A line on a terminal that counts; silent elsewhere."""

    def __init__(self, label: str, what: str) -> None:
        self._label, self._what, self._told = label, what, False

    def tell(self, number: int) -> None:
        if sys.stderr.isatty():
            self._told = True
            click.echo(f"\r{self._label}: {number:,} {self._what}", err=True, nl=False)

    def end(self) -> None:
        if self._told:
            click.echo(err=True)
        self._told = False


def _maps(given: tuple[str, ...]) -> dict[str, str]:
    maps = {}
    for one in given:
        old, sign, new = one.partition("=http") if "=http" in one else one.partition("=")
        if not sign or not old:
            raise Unusable(f"“{one}” is not OLD=NEW.")
        maps[old] = ("http" if sign == "=http" else "") + new
    return maps


def _as_file(receipt: receipts.Receipt, file: Path, order: run.Order) -> bytes:
    if file.suffix.lower() not in (".html", ".htm"):
        return receipt.json()
    return receipt_page.whole_page(receipt, f"Import from {order.source}, {order.now:%Y-%m-%d}").encode()


def _must_be_writable(file: Path) -> None:
    """Before an import begins: afterwards the same receipt could only say that all is there already."""
    there = file.exists()
    try:
        file.open("ab").close()
        if not there:
            file.unlink()
    except OSError as error:
        raise Unusable(f"Cannot write {file}: {error.strerror}.") from error


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Unusable(f"Cannot write {file}: {error.strerror}.") from error


@import_.command("undo")
@click.argument("run_id", type=int, metavar="RUN")
@folder
def import_undo(run_id: int, data: str | None) -> None:
    """Take one import back whole, unless readers have answered to its comments. If it is broken off, begin it again."""
    with _database(data, checks=False) as db, click.progressbar(length=1, label="Taking back", file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        stories, comments = undo.in_steps(db, run_id, now(), tell=tell) or (0, 0)
    click.echo(f"Run {run_id} is taken back: {comments:,} comments, {stories:,} stories.")


@import_.command("receipt")
@click.argument("run_id", type=int, metavar="RUN")
@click.option("--out", type=_FILE, help="Write as JSON; as a page if .html.")
@folder
def import_receipt(run_id: int, out: Path | None, data: str | None) -> None:
    """Show the receipt of an earlier import again."""
    with _database(data) as db, db.transaction() as conn:
        receipt, made = receipt_of(conn, run_id), imports.run(conn, run_id)
    if out and made:
        _write(out, _as_file(receipt, out, run.Order(source=made.source, now=made.started_at)))
    else:
        click.echo(receipts.for_people(receipt))


@import_.command("runs")
@folder
def import_runs(data: str | None) -> None:
    """List the imports that there were."""
    with _database(data) as db, db.transaction() as conn:
        for one in imports.runs(conn):
            state = "done" if one.finished_at else "interrupted"
            state = "taken back" if one.undone_at else "taken back in part" if one.undo_begun_at else state
            click.echo(f"{one.id}\t{one.started_at:%Y-%m-%d %H:%M}\t{one.source}\t{state}\t{one.files}")


@click.command("export")
@click.option("--format", "format_", type=click.Choice([*FORMATS, "html"]), default="belowline", show_default=True)
@click.option("--site", "site_key", help="The site's key; the first site when left out.")
@click.option("--story", "slug", help="Only this story, by its slug.")
@click.option("--since", type=click.DateTime(_DAYS), help="Only comments from this day (UTC) on.")
@click.option("--until", type=click.DateTime(_DAYS), help="Only comments from before this day (UTC).")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The file; for html the folder.")
@click.option(
    "--with-addresses",
    is_flag=True,
    help="Readers' e-mail addresses too (belowline only): keep such a file as safe as the data folder.",
)
@folder
def export(
    format_: str,
    site_key: str | None,
    slug: str | None,
    since: dt.datetime | None,
    until: dt.datetime | None,
    out: Path,
    with_addresses: bool,
    data: str | None,
) -> None:
    """Take discussions out: whole (belowline), as wxr, disqus or annotations, or as a folder of pages (html)."""
    if with_addresses and format_ != "belowline":
        raise Unusable("Only --format belowline has a place for addresses.")
    base_url = load(data=data).base_url
    with _database(data) as db, db.transaction() as conn:
        site = stories.access_site(conn, site_key)
        if slug is not None and stories.access_slug(conn, slug).site_id != site.id:
            raise Unusable(f"The site {site.key} has no story “{slug}”.")
        period = {"since": _utc(since), "until": _utc(until)}
        chosen = Selection(site_id=site.id, slug=slug, with_addresses=with_addresses, **period)
        if format_ == "html":
            count = export_html.to_folder(conn, chosen, base_url, now(), out)
            click.echo(f"{count:,} stories written to {out}.")
        else:
            counter = Counter("Writing", "bytes")
            size = to_file(conn, format_, chosen, Place(base_url, now()), out, counter.tell)
            counter.end()
            click.echo(f"{size:,} bytes written to {out}.")


def _utc(day: dt.datetime | None) -> dt.datetime | None:
    return None if day is None else day.replace(tzinfo=dt.UTC)
