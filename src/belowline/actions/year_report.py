"""The yearly report (Digital Services Act, Articles 15 and 24): counted from decisions, notices and appeals."""

import csv
import datetime as dt
import io
import zipfile

import sqlalchemy as sa

from belowline.actions import transparency
from belowline.model.decision import Action, Ground
from belowline.model.notice import Against
from belowline.model.site import Site
from belowline.rules.report_sheets import Sheet, Year, sheets
from belowline.store import appeals, misuse, notices, reasons, refusals


def year(conn: sa.Connection, site: Site, number: int, base_url: str) -> Year:
    """A calendar year, up to now if it lasts."""
    since, until = dt.datetime(number, 1, 1, tzinfo=dt.UTC), dt.datetime(number + 1, 1, 1, tzinfo=dt.UTC)
    appealed = [(one, reasons.get(conn, one.decision_id)) for one in appeals.made_between(conn, site.id, since, until)]
    held, wrong = reasons.machine_held(conn, site.id, since, until)
    alone, reversed_ = reasons.machine_decided(conn, site.id, since, until)
    said = transparency.statements(conn, site, base_url, since, until)
    first, last = since.date(), until.date() - dt.timedelta(days=1)
    measures = misuse.made_between(conn, site.id, since, until)
    return Year(
        site=site,
        since=first,
        until=last,
        statements=said,
        notices=notices.made_between(conn, site.id, since, until),
        appeals=[(one, made) for one, made in appealed if made],
        held=held,
        held_wrongly=wrong,
        by_machine=alone,
        reversed=reversed_,
        suspended=sum(made.action in (Action.SUSPEND, Action.BAN) and made.ground == Ground.LAW for made, _ in said),
        stopped=sum(one.kind == Against.SUSPEND for one in measures),
        refused=refusals.counted(conn, site.id, str(first), str(last)),
    )


def as_zip(found: Year) -> bytes:
    """The parts as CSV files (RFC 4180, UTF-8)."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets(found):
            archive.writestr(f"{sheet.name}.csv", as_csv(sheet))
    return packed.getvalue()


def as_csv(sheet: Sheet) -> str:
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(sheet.header)
    table.writerows(sheet.rows)
    return text.getvalue()
