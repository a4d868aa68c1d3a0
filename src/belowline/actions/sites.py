"""Sites: added and changed by the operator."""

import datetime as dt
import re
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.errors import Conflict, Invalid, NotFound
from belowline.model.site import Policy, Site
from belowline.rules import access, text
from belowline.store import log, sites


def add(conn: sa.Connection, key: str, name: str, lang: str = "en", policy: Policy | None = None) -> Site:
    """Adds a site. Raises Invalid and Conflict."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", key):
        raise Invalid("A site's key is made of a-z, 0-9 and hyphens, up to 64.", fields={"key": "a-z, 0-9, hyphens"})
    if not name.strip():
        raise Invalid("A site needs a name.", fields={"name": "This must not be blank."})
    if sites.by_key(conn, key):
        raise Conflict(f"There is a site “{key}” already.", code="key-taken")
    return sites.get(conn, sites.add(conn, key, name.strip(), text.lang_tag(lang) or "en", (), policy or Policy()))


def make_first(conn: sa.Connection) -> Site:
    """The first site; an empty database gets one, so that it can serve and take imports at once."""
    return sites.first(conn) or add(conn, "main", "My publication")


def access_key(conn: sa.Connection, key: str) -> Site:
    site = sites.by_key(conn, key)
    if site is None:
        known = ", ".join(site.key for site in sites.all_sites(conn)) or "none"
        raise NotFound(f"There is no site “{key}” (known: {known}).", code="unknown-site")
    return site


def allow_origin(conn: sa.Connection, key: str, origin: str) -> Site:
    """Lets the pages of an origin embed, post, and announce new stories."""
    site = access_key(conn, key)
    clean = access.origin_of(origin)
    if clean is None:
        raise Invalid(
            f"“{origin}” is not an origin such as https://www.example.org.", fields={"origin": "scheme://host"}
        )
    changed = msgspec.structs.replace(site, origins=tuple(sorted({*site.origins, clean})))
    sites.change(conn, changed)
    return changed


def set_policy(conn: sa.Connection, key: str, changes: dict[str, Any], now: dt.datetime, by: int | None = None) -> Site:
    """Changes rules of the site by their names; values as text or JSON. `by`: a person; None: the operator.

    Raises Invalid.
    """
    site = access_key(conn, key)
    before, policy = msgspec.to_builtins(site.policy), changed_policy(site, changes)
    changed = msgspec.structs.replace(site, policy=policy)
    sites.change(conn, changed)
    if different := {name: value for name, value in msgspec.to_builtins(policy).items() if value != before[name]}:
        was = {name: before[name] for name in different}
        log.append(conn, now, "policy", {"was": was, "is": different}, by, site.id)
    return changed


def changed_policy(site: Site, changes: dict[str, Any]) -> Policy:
    """The site's rules with these changes; nothing is written. Raises Invalid."""
    try:
        return msgspec.convert({**msgspec.to_builtins(site.policy), **changes}, Policy, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"This rule cannot be set: {error}.") from error
