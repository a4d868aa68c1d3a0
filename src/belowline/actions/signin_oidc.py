"""OpenID Connect: what an issuer's ID token says becomes a person here."""

import datetime as dt
from typing import Any

import sqlalchemy as sa

from belowline.actions import people as people_act
from belowline.actions.signin_token import proved_email
from belowline.model.person import Person, Proof
from belowline.rules import tokens
from belowline.store import sessions


def begin_back(conn: sa.Connection, state: str, now: dt.datetime) -> None:
    """An answer of the issuer's is good once. Raises Unauthorized for one that was here before."""
    if not sessions.spend(conn, f"oidc\0{state}", now + dt.timedelta(hours=1), now):
        raise tokens.refused("this way in was used before", "token-used")


def enter(conn: sa.Connection, issuer: str, claims: dict[str, Any], now: dt.datetime) -> Person:
    name = claims.get("nickname") or claims.get("name") or claims.get("preferred_username")
    proof = Proof("oidc", issuer, claims["sub"], name if isinstance(name, str) else "", proved_email(claims))
    return people_act.enter(conn, proof, now)
