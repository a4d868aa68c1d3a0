"""The ways in that a site has: by mail, passkey, the publication's own login, or any OpenID Connect issuer.

Mail (once the server can send) and passkeys are there from the start; the operator switches each off, and
sets the others up, by `belowline login`.
"""

from typing import Any
from urllib.parse import urlsplit

import msgspec
import sqlalchemy as sa

from belowline.errors import Invalid, NotFound
from belowline.model.login import ALGORITHMS, Oidc, OwnLogin, Ways
from belowline.model.site import Site
from belowline.store import sites
from belowline.store import ways as store

MIN_SECRET = 32  # bytes; RFC 7518, 3.2


class Offered(msgspec.Struct, frozen=True):
    """What a sign-in page shows."""

    guests: bool
    email: bool
    passkey: bool
    oidc: str | None
    """The button's words; None where there is none."""
    jwt: str | None
    """Where the publication's own login stands; "" where only its pages know, None where there is none."""


def access_site(conn: sa.Connection, key: str | None) -> Site:
    site = sites.first(conn) if key is None else sites.by_key(conn, key)
    if site is None:
        raise NotFound("There is no such site.", code="unknown-site")
    return site


def access_ways(conn: sa.Connection, site_key: str) -> tuple[Site, Ways]:
    site = access_site(conn, site_key)
    return site, store.of_site(conn, site.id)


def offered(conn: sa.Connection, site: Site, can_mail: bool) -> Offered:
    ways = store.of_site(conn, site.id)
    return Offered(
        guests=site.policy.guests and not site.policy.members_only,
        email=ways.email and can_mail,
        passkey=ways.passkey,
        oidc=ways.oidc.label if ways.oidc.on else None,
        jwt=ways.jwt.login_url if ways.jwt.on else None,
    )


def change(conn: sa.Connection, site_key: str, changes: dict[str, Any]) -> Ways:
    """Changes a site's ways in by their names ("email", "jwt.issuer" …). Raises NotFound and Invalid."""
    site, ways = access_ways(conn, site_key)
    plain: dict[str, Any] = msgspec.to_builtins(ways)
    for name, value in changes.items():
        way, dot, field = name.partition(".")
        if dot and isinstance(plain.get(way), dict):
            plain[way][field] = value
        else:
            plain[name] = value
    try:
        changed = msgspec.convert(plain, Ways, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"This cannot be set: {error}.") from error
    if changed.jwt.on:
        _check_own(changed.jwt)
    if changed.oidc.on:
        _check_oidc(changed.oidc)
    store.keep(conn, site.id, changed)
    return changed


def _check_own(way: OwnLogin) -> None:
    if way.algorithm not in ALGORITHMS:
        raise Invalid(f"jwt.algorithm is one of {', '.join(ALGORITHMS)}.", fields={"jwt.algorithm": "unknown"})
    if not way.issuer or not way.audience:
        raise Invalid("The publication's login needs jwt.issuer and jwt.audience.", fields={"jwt.issuer": "needed"})
    if way.algorithm == "HS256" and len(way.secret.encode()) < MIN_SECRET:
        raise Invalid(f"jwt.secret needs {MIN_SECRET} bytes or more.", fields={"jwt.secret": "too short"})
    if way.algorithm != "HS256" and not (way.jwks_url or way.jwks_file):
        raise Invalid("Public keys are needed: jwt.jwks_url or jwt.jwks_file.", fields={"jwt.jwks_url": "needed"})
    for name in ("jwks_url", "login_url"):
        if (url := getattr(way, name)) and urlsplit(url).scheme not in ("https", "http"):
            raise Invalid(f"jwt.{name} is no web address.", fields={f"jwt.{name}": "https://…"})


def _check_oidc(way: Oidc) -> None:
    if not way.client_id or urlsplit(way.issuer).scheme not in ("https", "http"):
        raise Invalid("OpenID Connect needs oidc.issuer (https://…) and oidc.client_id.", fields={"oidc": "incomplete"})
