"""The publication's own login: what its signed token says becomes a person here, once for each token."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.actions import people as people_act
from belowline.errors import Invalid
from belowline.model.login import OwnLogin
from belowline.model.person import Person, Proof
from belowline.model.site import Site
from belowline.rules import roles, tokens
from belowline.rules.signin import clean_email
from belowline.store import sessions


def enter(
    conn: sa.Connection, site: Site, way: OwnLogin, claims: dict[str, Any], now: dt.datetime
) -> tuple[Person, list[tuple[int, int]]]:
    """The person whom a token with a good signature names, under the name that it gives, and the (story id, site id)
    whose pages show another name now. Raises Unauthorized for one that is old or was shown."""
    issued, ends = float(claims["iat"]), float(claims["exp"])
    ends = min(ends, issued + way.max_age_s)
    if ends + tokens.LEEWAY_S <= now.timestamp():
        raise tokens.refused("it is over", "token-over")
    once = claims.get("jti") or claims.get("nonce")
    if not isinstance(once, str):
        raise tokens.refused("it has no “jti” or “nonce”, by which it would be good once")
    until = dt.datetime.fromtimestamp(ends + tokens.LEEWAY_S + 1, dt.UTC)
    if not sessions.spend(conn, f"jwt\0{site.key}\0{way.issuer}\0{once}", until, now):
        raise tokens.refused("it was shown before", "token-used")
    proof = proof_of(site, way, claims)
    return people_act.named_by_login(conn, people_act.enter(conn, proof, now), proof.name, now)


def proof_of(site: Site, way: OwnLogin, claims: dict[str, Any]) -> Proof:
    name = claims.get(way.name_claim)
    return Proof(
        method="jwt",
        issuer=f"{site.key} {way.issuer}",  # so that no site's login makes its readers into another's
        subject=claims["sub"],
        name=name if isinstance(name, str) else "",
        email=proved_email(claims),
        site_id=site.id,
        role=roles.claimed(claims.get(way.role_claim)),
    )


def proved_email(claims: dict[str, Any]) -> str | None:
    """The address, if the issuer says that it was proved."""
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str):
        return None
    try:
        return clean_email(address)
    except Invalid:
        return None
