"""OpenID Connect against a real provider, and against the same provider when it lies."""

import base64
import hashlib
import io
import json
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from belowline.actions import ways
from members import browser, write
from paper import Paper, free_port

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import oidc_provider_mock

Tamper = Callable[[str, dict[str, Any]], dict[str, Any]]


class Provider:
    """The provider behind a door at which a test can listen and forge."""

    def __init__(self) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        user = {"email": "ada@example.org", "email_verified": True, "name": "Ada Lovelace-King"}
        self.app = oidc_provider_mock.app(
            require_nonce=True, user_claims=[oidc_provider_mock.User(sub="ada", claims=user)]
        )
        self.tamper: Tamper | None = None
        self.seen: dict[str, Request] = {}
        self.server = make_server("127.0.0.1", self.port, self.door, threaded=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def door(self, environ: dict[str, Any], start: Any) -> Any:
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        request = Request(environ)
        if request.method == "POST" and request.path.endswith("/token"):
            self.seen["token"] = request.form.to_dict() | {"by": request.headers.get("authorization", "")}
        environ["wsgi.input"] = io.BytesIO(body)
        answer = Response.from_app(self.app.wsgi_app, environ)
        if self.tamper and answer.mimetype == "application/json":
            changed = self.tamper(request.path, json.loads(answer.get_data()))
            answer = Response(json.dumps(changed), answer.status_code, mimetype="application/json")
        return answer(environ, start)


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider()
    yield running
    running.server.shutdown()
    running.server.server_close()


@pytest.fixture
def paper_with(tmp_path: Path, provider: Provider) -> Iterator[Paper]:
    paper = Paper(tmp_path / "data", signins_per_minute=1000, private_issuers=True).start()
    client = {"redirect_uris": [f"{paper.base}/signin/oidc/back"]}
    known = httpx.post(f"{provider.issuer}/oauth2/clients", json=client, timeout=20)
    agreed = {"oidc.on": True, "oidc.issuer": provider.issuer, "oidc.client_id": known.json()["client_id"]}
    write(paper, ways.change, "main", agreed | {"oidc.client_secret": known.json()["client_secret"]})
    yield paper
    paper.stop()


def begin(paper: Paper, place: str = "/stories/x") -> tuple[httpx.Client, str]:
    """A browser that was sent to the issuer, and where."""
    client = browser(paper)
    sent = client.get("/signin/oidc", params={"site": "main", "next": place})
    assert sent.status_code == 303, sent.text
    return client, sent.headers["location"]


def agree(place: str, sub: str = "ada") -> str:
    """Signs in at the issuer; where it sends the browser back to."""
    answer = httpx.post(place, data={"sub": sub}, timeout=20)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"]


def name_of(client: httpx.Client) -> str | None:
    me = client.get("/api/v1/session").json()["me"]
    return me and me["name"]


def test_there_and_back(paper_with: Paper, provider: Provider) -> None:
    assert "Sign in with OpenID" in browser(paper_with).get("/signin").text
    client, place = begin(paper_with)
    asked = {name: value[0] for name, value in parse_qs(urlsplit(place).query).items()}
    assert place.startswith(f"{provider.issuer}/oauth2/authorize?")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    done = client.get(agree(place))
    assert (done.status_code, done.headers["location"]) == (303, "/stories/x")
    assert name_of(client) == "Ada Lovelace-King"
    told = provider.seen["token"]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"].encode()).digest()).rstrip(b"=").decode()
    assert challenge == asked["code_challenge"]
    assert told["by"].startswith("Basic ")
    first = client.get("/api/v1/session").json()["me"]["id"]
    again, place = begin(paper_with)
    again.get(agree(place))
    assert again.get("/api/v1/session").json()["me"]["id"] == first
    other, place = begin(paper_with)
    other.get(agree(place, "ben@example.org"))
    assert other.get("/api/v1/session").json()["me"]["id"] != first


def test_an_answer_is_good_once_and_only_for_the_browser_that_asked(paper_with: Paper) -> None:
    client, place = begin(paper_with)
    back = agree(place)
    stranger = browser(paper_with)
    assert stranger.get(back).status_code == 401
    stranger.get("/signin/oidc")
    assert stranger.get(back).status_code == 401, "another browser's state"
    cookie = client.cookies["belowline_oidc"]
    assert client.get(back).status_code == 303
    client.cookies.clear()
    client.cookies.set("belowline_oidc", cookie)
    replayed = client.get(back)
    assert (replayed.status_code, name_of(client), name_of(stranger)) == (401, None, None)


def test_a_person_who_declines_is_told_and_nothing_changes(paper_with: Paper) -> None:
    client, place = begin(paper_with)
    state = parse_qs(urlsplit(place).query)["state"][0]
    answer = client.get("/signin/oidc/back", params={"state": state, "error": "access_denied"})
    assert (answer.status_code, "broken off" in answer.text) == (401, True)
    assert name_of(client) is None


@pytest.mark.parametrize("place", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_no_way_back_leads_elsewhere(paper_with: Paper, place: str) -> None:
    client, there = begin(paper_with, place)
    assert client.get(agree(there)).headers["location"] == "/"


def forge(**changes: Any) -> Tamper:
    """The provider's answer with an ID token that somebody else signed, or that says something else."""
    strange = RSAKey.generate_key(2048, {"kid": "strange"})

    def tamper(_path: str, answer: dict[str, Any]) -> dict[str, Any]:
        if "id_token" not in answer:
            return answer
        _, body, _ = answer["id_token"].split(".")
        claims = json.loads(base64.urlsafe_b64decode(body + "=="))
        if changes.get("alg") == "none":
            none = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            return answer | {"id_token": f"{none}.{body}."}
        return answer | {"id_token": jwt.encode({"alg": "RS256", "kid": "strange"}, claims, strange)}

    return tamper


def swap_keys(path: str, answer: dict[str, Any], changes: dict[str, Any], key: RSAKey) -> dict[str, Any]:
    """An issuer that signs with a known key, but says the wrong thing."""
    if path == "/jwks":
        return {"keys": [key.as_dict(private=False)]}
    if "id_token" not in answer:
        return answer
    claims = json.loads(base64.urlsafe_b64decode(answer["id_token"].split(".")[1] + "==")) | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    return answer | {"id_token": jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)}


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"azp": "another-client"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"sub": None},
        {},
    ],
    ids=str,
)
def test_an_id_token_must_answer_our_question(paper_with: Paper, provider: Provider, changes: dict[str, Any]) -> None:
    key = RSAKey.generate_key(2048, {"kid": "known"})
    provider.tamper = lambda path, answer: swap_keys(path, answer, changes, key)
    client, place = begin(paper_with)
    done = client.get(agree(place))
    assert done.status_code == (401 if changes else 303)
    assert (name_of(client) is None) == bool(changes)


@pytest.mark.parametrize("alg", ["none", "strange key"])
def test_a_forged_id_token_signs_nobody_in(paper_with: Paper, provider: Provider, alg: str) -> None:
    provider.tamper = forge(alg=alg)
    client, place = begin(paper_with)
    assert client.get(agree(place)).status_code == 401
    assert name_of(client) is None


def test_an_issuer_must_say_who_it_is(paper_with: Paper, provider: Provider) -> None:
    provider.tamper = lambda _, answer: answer | ({"issuer": "https://evil.example"} if "issuer" in answer else {})
    answer = browser(paper_with).get("/signin/oidc")
    assert (answer.status_code, "location" in answer.headers) == (503, False)


def test_userinfo_of_somebody_else_is_not_believed(paper_with: Paper, provider: Provider) -> None:
    lie = {"sub": "somebody", "name": "The Boss"}
    provider.tamper = lambda path, answer: lie if path == "/userinfo" else answer
    client, place = begin(paper_with)
    assert client.get(agree(place)).status_code == 303
    assert name_of(client) != "The Boss"


def test_where_it_is_off_or_private_nobody_is_sent_anywhere(own_paper: Paper, provider: Provider) -> None:
    assert browser(own_paper).get("/signin/oidc").status_code == 403
    write(own_paper, ways.change, "main", {"oidc.on": True, "oidc.issuer": provider.issuer, "oidc.client_id": "x"})
    assert browser(own_paper).get("/signin/oidc").status_code == 503
