"""The commands on what a publisher owes: the log proved, decisions for the transparency database, trusted flaggers."""

import datetime as dt
import json
import sys

import click
import msgspec

from belowline.actions import logbook, retention, transparency, year_report
from belowline.actions import notices as notice_act
from belowline.actions import sites as site_act
from belowline.cli_folder import folder, opened
from belowline.clock import now
from belowline.errors import Unusable
from belowline.settings import load
from belowline.store.holds import What

MANY = 100  # statements that the database takes in one call


@click.group("log")
def log_() -> None:
    """The log of decisions, changes of policy and sign-ins of staff."""


@log_.command("verify")
@click.option("--head", metavar="FILE", help="A signed head of earlier, which the log must still hold; - reads it.")
@folder
def log_verify(head: str | None, data: str | None) -> None:
    """Check that no row was changed, removed or put in between; exit status 1 and the first wrong row otherwise."""
    earlier = _read(head) if head else None
    with opened(load(data=data)).transaction() as conn:
        wrong = logbook.fault(conn, earlier)
    if wrong:
        raise Unusable(wrong)
    click.echo("Every row follows from the one before." + (" The head is in it." if head else ""))


@log_.command("head")
@click.option("--bare", is_flag=True, help="The signature alone, for a file.")
@folder
def log_head(bare: bool, data: str | None) -> None:
    """Print the newest row's number and hash, signed: keep it where nobody here can change it."""
    with opened(load(data=data)).transaction() as conn:
        logbook.make_key(conn)
        head = logbook.head(conn, now())
    click.echo(head.signed if bare else json.dumps(msgspec.to_builtins(head), indent=2))


def _read(place: str) -> str:
    try:
        with click.open_file(place, encoding="utf-8") as file:
            text = str(file.read()).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"Cannot read {place}: {error}.") from error
    if not text.startswith("{"):
        return text
    try:
        return str(json.loads(text)["signed"])
    except (ValueError, KeyError) as error:
        raise Unusable(f"{place} holds no signed head.") from error


@click.group("dsa")
def dsa() -> None:
    """What the Digital Services Act asks for: see docs/duties.md."""


@dsa.command("export")
@click.argument("site")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="First day (default: 30 days ago).")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="First day that is not in it (default: now).")
@click.option("--format", "form", type=click.Choice(["json", "csv"]), default="json")
@folder
def dsa_export(site: str, since: dt.datetime | None, until: dt.datetime | None, form: str, data: str | None) -> None:
    """Print a site's decisions as the Commission's transparency database takes them.

    JSON: one document of at most 100 statements a line, each the body of one call. What the database would refuse is
    left out and named on standard error, with exit status 1.
    """
    settings = load(data=data)
    start = since.replace(tzinfo=dt.UTC) if since else now() - dt.timedelta(days=30)
    end = until.replace(tzinfo=dt.UTC) if until else now()
    with opened(settings).transaction() as conn:
        found = site_act.access_key(conn, site)
        records = transparency.records(conn, found, settings.base_url, start, end)
    good = [msgspec.to_builtins(one.statement) for one in records if not one.faults]
    if form == "csv":
        transparency.write_csv(sys.stdout, good)
    else:
        for first in range(0, len(good), MANY):
            click.echo(json.dumps({"statements": good[first : first + MANY]}, ensure_ascii=False))
    wrong = [f"{one.statement.puid}: {'; '.join(one.faults)}" for one in records if one.faults]
    if wrong:
        raise Unusable("These were left out: " + " | ".join(wrong))


@dsa.command("report")
@click.argument("site")
@click.argument("year", type=click.IntRange(2000, 2200))
@click.argument("file", type=click.Path(dir_okay=False))
@folder
def dsa_report(site: str, year: int, file: str, data: str | None) -> None:
    """Write the tables of a year's report, in the harmonised template, as CSV files into a zip FILE."""
    settings = load(data=data)
    with opened(settings).transaction() as conn:
        found = year_report.year(conn, site_act.access_key(conn, site), year, settings.base_url)
    try:
        with open(file, "wb") as out:
            out.write(year_report.as_zip(found))
    except OSError as error:
        raise Unusable(f"Cannot write {file}: {error}.") from error


@dsa.command("flagger")
@click.argument("name", required=False)
@click.option("--email", help="Whoever signs in with this proved address speaks for it.")
@click.option("--person", type=int, help="Or this person (the number in /people/NUMBER).")
@click.option("--site", help="For one site; otherwise for all.")
@click.option("--end", type=int, metavar="NUMBER", help="This one is no trusted flagger any more.")
@folder
def dsa_flagger(
    name: str | None, email: str | None, person: int | None, site: str | None, end: int | None, data: str | None
) -> None:
    """Name a trusted flagger (Article 22), or end one; without NAME list them."""
    with opened(load(data=data)).transaction() as conn:
        if end is not None:
            notice_act.end_flagger(conn, end, now())
        elif name:
            notice_act.add_flagger(conn, name, email, person, site, now())
        for one in notice_act.flaggers(conn):
            until = "" if one.ended_at is None else f"\tended {one.ended_at:%Y-%m-%d}"
            click.echo(f"{one.id}\t{one.name}\t{one.email or one.person_id}{until}")


@click.command("hold")
@click.argument("what", required=False, type=click.Choice([str(one) for one in What]))
@click.argument("number", required=False, type=int)
@click.argument("reason", required=False)
@click.option("--lift", type=int, metavar="HOLD", help="End this hold.")
@folder
def hold(what: str | None, number: int | None, reason: str | None, lift: int | None, data: str | None) -> None:
    """Keep a comment, or all of a person or a story, whatever its term: WHAT NUMBER REASON. Without them list holds."""
    with opened(load(data=data)).transaction() as conn:
        if lift is not None:
            retention.lift(conn, lift, None, now())
        elif what and number:
            retention.hold(conn, What(what), number, reason or "", None, now())
        for one in retention.standing(conn):
            click.echo(f"{one.id}\t{one.what} {one.subject_id}\t{one.made_at:%Y-%m-%d}\t{one.reason}")
