"""OpenID Connect: to an issuer and back, by the authorization code flow with PKCE, state and nonce.

https://openid.net/specs/openid-connect-core-1_0.html, section 3.1; RFC 7636; RFC 9207; RFC 9700.
"""

import base64
import datetime as dt
import hashlib
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import Redirect

from belowline.actions import signin_oidc as act
from belowline.actions import ways
from belowline.errors import Forbidden, Unauthorized, Unavailable
from belowline.model.login import Oidc
from belowline.outgoing import fetch_json
from belowline.rules import tokens
from belowline.rules.signin import safe_next
from belowline.web import guards
from belowline.web.guards import AnyRequest
from belowline.web.house import Here, House
from belowline.web.problems import plain_headers
from belowline.web.signin import set_cookie, site_of, welcome

COOKIE = "belowline_oidc"
UNDER_WAY = dt.timedelta(minutes=10)
ALGORITHMS = ("RS256", "ES256")


@get("/signin/oidc", include_in_schema=False)
async def start(
    request: AnyRequest, house: Here, site: FromQuery[str | None] = None, next: FromQuery[str | None] = None
) -> Response[Any]:
    """Sends the browser to the issuer, with what only this browser can bring back."""
    house.signins.check(guards.address(request, house))
    found = await site_of(house, site)
    way = await _way(house, found.key)
    about = await _discovered(house, way)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["verifier"].encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": way.client_id,
        "redirect_uri": _back_url(house),
        "scope": way.scopes,
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    sign = "&" if urlsplit(about["authorization_endpoint"]).query else "?"
    place = f"{about['authorization_endpoint']}{sign}{urlencode(query)}"
    answer = Redirect(place, status_code=303, headers=plain_headers())
    sealed = {**kept, "site": found.key, "next": safe_next(next)}
    set_cookie(
        house,
        answer,
        COOKIE,
        house.tokens.seal("oidc", sealed, house.clock() + UNDER_WAY),
        int(UNDER_WAY.total_seconds()),
    )
    return answer


@get("/signin/oidc/back", include_in_schema=False)
async def back(request: AnyRequest, house: Here) -> Response[Any]:
    """Where the issuer sends the browser back to. Raises Unauthorized for an answer that this browser did not ask
    for, that was here before, or whose ID token is not good."""
    house.signins.check(guards.address(request, house))
    state, code, iss = (request.query_params.get(name, "") for name in ("state", "code", "iss"))
    kept = house.tokens.unseal("oidc", request.cookies.get(COOKIE), house.clock())
    if kept is None or not secrets.compare_digest(kept["state"].encode(), state.encode()):
        raise tokens.refused("this browser did not begin it, or too long ago")
    await house.db.write(act.begin_back, state, house.clock())
    if not code:
        raise Unauthorized("The sign-in was broken off. Nothing has changed.", code="broken-off")
    way = await _way(house, kept["site"])
    if iss and iss != way.issuer:
        raise tokens.refused("another issuer answered")
    claims = await _claims(house, way, code, kept)
    person = await house.db.write(act.enter, way.issuer, claims, house.clock())
    answer = await welcome(request, house, person.id, kept["next"])
    answer.delete_cookie(COOKIE, path="/")
    return answer


async def _way(house: House, site: str) -> Oidc:
    way = (await house.db.read(ways.access_ways, site))[1].oidc
    if not way.on:
        raise Forbidden("Nobody signs in by OpenID Connect here.", code="way-off")
    return way


async def _discovered(house: House, way: Oidc) -> dict[str, Any]:
    about = await house.issuers.get(f"{way.issuer.rstrip('/')}/.well-known/openid-configuration")
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    schemes = ("https", "http") if house.issuers.private else ("https",)
    complete = all(isinstance(about.get(name), str) and urlsplit(about[name]).scheme in schemes for name in needed)
    if about.get("issuer") != way.issuer or not complete:
        raise Unavailable("The issuer does not describe itself as it should.", code="issuer-silent")
    return about


def _back_url(house: House) -> str:
    return f"{house.settings.base_url}/signin/oidc/back"


async def _claims(house: House, way: Oidc, code: str, kept: dict[str, str]) -> dict[str, Any]:
    """What the ID token says, and what the issuer adds about the same subject."""
    from belowline.rules import jwts  # noqa: PLC0415
    from belowline.web import signin_keys  # noqa: PLC0415

    about = await _discovered(house, way)
    answer = await _exchanged(house, way, about, code, kept["verifier"])
    id_token, access = answer.get("id_token"), answer.get("access_token")
    if not isinstance(id_token, str):
        raise tokens.refused("the issuer gave no ID token")
    algorithm, kid = jwts.key_id(id_token, ALGORITHMS)
    key = await signin_keys.key_of(house.issuers, about["jwks_uri"], algorithm, kid)
    claims = jwts.claims_of(id_token, key, algorithm, way.issuer, way.client_id, house.clock())
    if claims.get("nonce") != kept["nonce"] or claims.get("azp", way.client_id) != way.client_id:
        raise tokens.refused("it is not the answer to this question")
    if isinstance(access, str) and isinstance(about.get("userinfo_endpoint"), str):
        more = await fetch_json(
            about["userinfo_endpoint"], private=house.issuers.private, headers={"authorization": f"Bearer {access}"}
        )
        if more.get("sub") == claims["sub"]:  # section 5.3.2: else it must not be used
            claims = {**more, **claims}
    return claims


async def _exchanged(house: House, way: Oidc, about: dict[str, Any], code: str, verifier: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": _back_url(house),
        "code_verifier": verifier,
    }
    methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    auth = None
    if way.client_secret and "client_secret_basic" in methods:
        auth = (way.client_id, way.client_secret)
    else:
        form |= {"client_id": way.client_id} | ({"client_secret": way.client_secret} if way.client_secret else {})
    return await fetch_json(about["token_endpoint"], private=house.issuers.private, data=form, auth=auth)
