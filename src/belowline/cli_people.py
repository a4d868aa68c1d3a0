"""The commands on people: the ways in of a site, and who is what."""

import json
from typing import Any

import click
import msgspec

from belowline.actions import people as act
from belowline.actions import sites as site_act
from belowline.actions import ways as ways_act
from belowline.cli_folder import folder, opened_in
from belowline.clock import now
from belowline.errors import Unusable
from belowline.model.person import Role
from belowline.store import sites


@click.command("login")
@click.argument("key")
@click.argument("changes", nargs=-1, metavar="NAME=VALUE…")
@folder
def login(key: str, changes: tuple[str, ...], data: str | None) -> None:
    """How readers of a site sign in (email=false jwt.on=true jwt.issuer=…); without NAME=VALUE show it.

    A secret is better read from a file: jwt.secret=@FILE.
    """
    given: dict[str, Any] = {}
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign:
            raise Unusable(f"“{change}” is not NAME=VALUE.")
        given[name] = _value(value)
    db = opened_in(data)
    with db.transaction() as conn:
        ways = ways_act.change(conn, key, given) if given else ways_act.access_ways(conn, key)[1]
    db.close()
    shown = msgspec.to_builtins(ways)
    for way, field in (("jwt", "secret"), ("oidc", "client_secret")):
        shown[way][field] = "(set)" if shown[way][field] else ""
    click.echo(json.dumps(shown, indent=2, ensure_ascii=False))


def _value(value: str) -> str:
    if not value.startswith("@"):
        return value
    try:
        with open(value[1:], encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"Cannot read {value[1:]}: {error}.") from error


@click.command("webhook-secret")
@click.argument("key")
@folder
def webhook_secret(key: str, data: str | None) -> None:
    """By which a site's own system proves that a message is from us (docs/api.md); made on first use."""
    db = opened_in(data)
    with db.transaction() as conn:
        secret = sites.webhook_secret(conn, site_act.access_key(conn, key).key)
    db.close()
    click.echo(secret)


@click.group("person")
def person() -> None:
    """People who signed in, and what they are."""


@person.command("role")
@click.argument("site")
@click.argument("person_id", type=int, metavar="PERSON")
@click.argument("role", type=click.Choice([str(one) for one in Role]))
@folder
def person_role(site: str, person_id: int, role: str, data: str | None) -> None:
    """Say what a PERSON (the number in /people/NUMBER) is on a site."""
    db = opened_in(data)
    with db.transaction() as conn:
        found = act.set_role(conn, site, person_id, Role(role), now())
    db.close()
    click.echo(f"{found.name} is {role} on {site}.")
