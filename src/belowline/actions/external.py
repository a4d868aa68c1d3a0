"""Sets which service of a site is asked about each comment."""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from belowline.actions import sites as site_act
from belowline.errors import Invalid
from belowline.model.external import ExternalCheck
from belowline.store import external, log


def change(
    conn: sa.Connection, site_key: str, changes: dict[str, Any] | None, now: dt.datetime, by: int | None = None
) -> ExternalCheck | None:
    """Changes it by the names of its fields, values as text; None: nobody is asked any more.

    Raises NotFound, Invalid.
    """
    site = site_act.access_key(conn, site_key)
    before = external.get(conn, site.id)
    check = None
    if changes is not None:
        try:
            known = msgspec.to_builtins(before) if before else {}
            check = msgspec.convert({**known, **changes}, ExternalCheck, strict=False)
        except msgspec.ValidationError as error:
            raise Invalid(f"This cannot be set: {error}.") from error
        _must_be_address(check)
    external.put(conn, site.id, check)
    where = urlsplit(check.url).hostname if check else None
    log.append(conn, now, "policy", {"external_check": where}, by, site.id)  # never the secret
    return check


def shown(conn: sa.Connection, site_key: str) -> dict[str, Any] | None:
    """As it is set, without the secret."""
    check = external.get(conn, site_act.access_key(conn, site_key).id)
    return None if check is None else {**msgspec.to_builtins(check), "secret": "(set)"}


def _must_be_address(check: ExternalCheck) -> None:
    try:
        parts = urlsplit(check.url)
        good = parts.scheme in (("https", "http") if check.private else ("https",)) and bool(parts.hostname)
    except ValueError:
        good = False
    if not good:
        raise Invalid("The address is a full one, https://….", fields={"url": "https://…"})
