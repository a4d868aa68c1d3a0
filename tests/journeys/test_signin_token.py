"""The publication's own login: signed tokens, good once, for one site, as agreed and not otherwise."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from belowline.actions import people as people_act
from belowline.actions import sites as site_act
from belowline.actions import ways
from belowline.errors import Invalid
from belowline.model.person import Role
from belowline.store import people
from belowline.web import signin_keys
from members import browser, write
from paper import Paper

SECRET = "a shared secret of the publication, long enough"
AGREED = {"jwt.on": True, "jwt.issuer": "lamp-login", "jwt.audience": "belowline:main", "jwt.secret": SECRET}
PAGE = "https://www.lamp.example"


def claims(paper: Paper, **more: Any) -> dict[str, Any]:
    now = int(paper.clock().timestamp())
    base = {"iss": "lamp-login", "aud": "belowline:main", "sub": "reader-7", "iat": now, "exp": now + 300}
    given = {**base, "jti": f"once-{time.monotonic_ns()}", "name": "Nora Lindqvist", **more}
    return {name: value for name, value in given.items() if value is not None}


def signed(paper: Paper, key: Any = SECRET, alg: str = "HS256", kid: str | None = None, **more: Any) -> str:
    header = {"alg": alg, "typ": "JWT", **({"kid": kid} if kid else {})}
    by = OctKey.import_key(key) if isinstance(key, str) else key
    return jwt.encode(header, claims(paper, **more), by, algorithms=[alg])


def hand(paper: Paper, token: str, site: str = "main", origin: str = PAGE) -> httpx.Response:
    return paper.client.post(f"/api/v1/sites/{site}/session", json={"jwt": token}, headers={"origin": origin})


def who(paper: Paper, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    headers = {"authorization": f"Bearer {answer.json()['access']}"}
    return paper.client.get("/api/v1/session", headers=headers).json()["me"]


@pytest.fixture
def agreed(tmp_path: Path) -> Iterator[Paper]:
    paper = Paper(tmp_path / "data", signins_per_minute=1000, private_issuers=True).start()
    write(paper, site_act.allow_origin, "main", PAGE)
    write(paper, ways.change, "main", AGREED)
    yield paper
    paper.stop()


def people_there(paper: Paper) -> int:
    return paper.read(lambda conn: sum(people.get(conn, id_) is not None for id_ in range(1, 100)))


def test_a_signed_token_makes_a_reader_who_comes_back(agreed: Paper) -> None:
    first = who(agreed, hand(agreed, signed(agreed)))
    assert (first["name"], first["role"], first["moderates"]) == ("Nora Lindqvist", "reader", False)
    again = who(agreed, hand(agreed, signed(agreed, name="Nora L.", role="member")))
    assert (again["id"], again["name"], again["role"]) == (first["id"], "Nora L.", "member")
    assert [name for name, _ in agreed.read(people.earlier_names, first["id"])] == [
        "Nora Lindqvist",
        f"Reader {first['id']}",
    ]
    answer = hand(agreed, signed(agreed))
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "set-cookie" not in answer.headers


def test_moderators_come_in_by_it_too(agreed: Paper) -> None:
    boss = who(agreed, hand(agreed, signed(agreed, sub="boss", name="Mara Chief", role=["staff", "moderator", "poet"])))
    assert (boss["role"], boss["moderates"]) == ("moderator", True)
    demoted = who(agreed, hand(agreed, signed(agreed, sub="boss", name="Mara Chief", role="reader")))
    assert demoted["moderates"] is False


def test_it_also_opens_our_own_pages_after_a_button(agreed: Paper) -> None:
    client = browser(agreed)
    token = signed(agreed)
    page = client.get("/signin/token", params={"jwt": token, "next": "https://evil.example"})
    assert token in page.text
    assert page.headers["referrer-policy"] == "same-origin"
    assert client.get("/api/v1/session").json()["me"] is None
    done = client.post("/signin/token", data={"jwt": token, "site": "main", "next": "//evil.example"})
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert client.get("/api/v1/session").json()["me"]["name"] == "Nora Lindqvist"
    with httpx.Client(base_url=agreed.base, headers={"origin": "https://evil.example"}) as evil:
        assert evil.post("/signin/token", data={"jwt": signed(agreed)}).status_code == 403


def test_a_token_is_good_once(agreed: Paper) -> None:
    token = signed(agreed, jti=None, nonce="n-1")
    assert hand(agreed, token).status_code == 200
    replayed = hand(agreed, token)
    assert (replayed.status_code, replayed.json()["code"]) == (401, "token-used")
    assert hand(agreed, signed(agreed, jti=None, nonce="n-1")).json()["code"] == "token-used"


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def unsigned(paper: Paper, alg: str) -> str:
    return f"{part({'alg': alg, 'typ': 'JWT'})}.{part(claims(paper))}."


def forged(paper: Paper) -> dict[str, str]:
    """Every wrong token that we know of, by what is wrong with it."""
    now = int(paper.clock().timestamp())
    good = signed(paper)
    head, body, signature = good.split(".")
    return {
        "alg none": unsigned(paper, "none"),
        "alg None": unsigned(paper, "None"),
        "no signature": f"{head}.{body}.",
        "other claims": f"{head}.{part(claims(paper, role='admin'))}.{signature}",
        "other secret": signed(paper, "another secret, which is long enough too"),
        "other algorithm": signed(paper, alg="HS512"),
        "a key of its own": signed(paper, RSAKey.generate_key(2048), "RS256"),
        "expired": signed(paper, iat=now - 600, exp=now - 60),
        "never expires": signed(paper, exp=None),
        "too old whatever it says": signed(paper, iat=now - 3600, exp=now + 10**6),
        "from the future": signed(paper, iat=now + 600),
        "not yet": signed(paper, nbf=now + 600),
        "no time": signed(paper, iat=None),
        "never is a number": signed(paper, exp=float("nan")),
        "expires at infinity": signed(paper, exp=float("inf"), iat=now),
        "expires as text": signed(paper, exp="tomorrow"),
        "other issuer": signed(paper, iss="somebody"),
        "no issuer": signed(paper, iss=None),
        "other audience": signed(paper, aud="belowline:other"),
        "no audience": signed(paper, aud=None),
        "nobody": signed(paper, sub=None),
        "blank": signed(paper, sub=""),
        "subject too long": signed(paper, sub="x" * 300),
        "a number": signed(paper, sub=7),
        "any number of times": signed(paper, jti=None),
        "once as a number": signed(paper, jti=5),
        "too long": signed(paper, more="x" * 9000),
        "encrypted": f"{head}.{body}.{signature}.x.y",
        "no token": "hello",
        "empty": "",
    }


def test_every_token_that_is_not_as_agreed_is_refused_and_changes_nothing(agreed: Paper) -> None:
    before = people_there(agreed)
    for what, token in forged(agreed).items():
        answer = hand(agreed, token)
        assert answer.status_code == 401, what
        assert answer.json()["code"] in ("bad-token", "token-over"), what
        assert answer.headers["content-type"] == "application/problem+json"
    assert people_there(agreed) == before


def test_another_sites_token_and_pages_are_refused(agreed: Paper) -> None:
    write(agreed, site_act.add, "other", "The Other Paper")
    theirs = {"jwt.issuer": "other-login", "jwt.audience": "belowline:other", "jwt.secret": SECRET + " of theirs"}
    write(agreed, ways.change, "other", AGREED | theirs)
    token = signed(agreed, SECRET + " of theirs", iss="other-login", aud="belowline:other")
    assert hand(agreed, token).status_code == 401
    assert hand(agreed, signed(agreed), "other", agreed.base).status_code == 401
    assert hand(agreed, token, "other").json()["code"] == "origin-not-allowed"
    assert hand(agreed, signed(agreed), origin="https://evil.example").status_code == 403
    assert hand(agreed, signed(agreed), origin="null").status_code == 403
    mine = who(agreed, hand(agreed, signed(agreed)))
    same_names = {"jwt.issuer": "lamp-login", "jwt.audience": "belowline:main", "jwt.secret": SECRET}
    write(agreed, ways.change, "other", same_names)
    assert who(agreed, hand(agreed, signed(agreed), "other", agreed.base))["id"] != mine["id"], "nobody of another site"


def test_a_login_cannot_lend_the_newsrooms_name(agreed: Paper) -> None:
    write(
        agreed,
        people_act.set_role,
        "main",
        who(agreed, hand(agreed, signed(agreed)))["id"],
        Role.EDITOR,
        agreed.clock(),
    )
    false = who(agreed, hand(agreed, signed(agreed, sub="mallory", name="Nоra Lindqvist")))
    assert false["name"] == f"Reader {false['id']}"
    assert who(agreed, hand(agreed, signed(agreed, sub="m2", name="\x00")))["name"].startswith("Reader ")


def test_the_door_is_not_flooded(tmp_path: Path) -> None:
    paper = Paper(tmp_path / "data", signins_per_minute=5).start()
    write(paper, ways.change, "main", AGREED)
    answers = [hand(paper, "x", origin=paper.base).status_code for _ in range(8)]
    assert answers == [401] * 5 + [429] * 3
    paper.stop()


def test_where_it_is_not_set_up_nothing_is_taken(own_paper: Paper) -> None:
    answer = hand(own_paper, "x", origin=own_paper.base)
    assert (answer.status_code, answer.json()["code"]) == (403, "way-off")
    for wrong in ({"jwt.secret": "short"}, {"jwt.algorithm": "none"}, {"jwt.issuer": ""}, {"jwt.algorithm": "RS256"}):
        with pytest.raises(Invalid):
            write(own_paper, ways.change, "main", AGREED | wrong)


# --- public keys ------------------------------------------------------------------------------------


class KeyServer:
    """Serves a key set, as a publication's login does."""

    def __init__(self) -> None:
        self.keys: list[Any] = []
        self.asked = 0
        shelf = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                shelf.asked += 1
                body = json.dumps({"keys": [key.as_dict(private=False) for key in shelf.keys]}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def key_server() -> Iterator[KeyServer]:
    running = KeyServer()
    yield running
    running.server.shutdown()
    running.server.server_close()


def key(kind: str, kid: str) -> Any:
    made = RSAKey.generate_key(2048, {"kid": kid}) if kind == "RS256" else ECKey.generate_key("P-256", {"kid": kid})
    made.ensure_kid()
    return made


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_public_keys_are_kept_and_new_ones_found(
    agreed: Paper, key_server: KeyServer, alg: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, strange = key(alg, "k1"), key(alg, "k2"), key(alg, "k3")
    key_server.keys = [old]
    changes = {"jwt.algorithm": alg, "jwt.jwks_url": key_server.url}
    write(agreed, ways.change, "main", changes)
    for _ in range(3):
        assert hand(agreed, signed(agreed, old, alg, "k1")).status_code == 200
    assert key_server.asked == 1, "kept"
    for _ in range(5):
        assert hand(agreed, signed(agreed, strange, alg, "k3")).status_code == 401
    assert key_server.asked == 1, "unknown key ids do not flood the issuer"
    key_server.keys = [new]  # rotated
    monkeypatch.setattr(signin_keys, "AGAIN_S", 0.0)
    assert hand(agreed, signed(agreed, new, alg, "k2")).status_code == 200
    assert hand(agreed, signed(agreed, old, alg, "k1")).status_code == 401, "withdrawn"
    assert hand(agreed, signed(agreed, new, alg)).status_code == 200, "the only key needs no id"


def test_a_public_key_is_never_a_shared_secret(agreed: Paper, key_server: KeyServer) -> None:
    """The oldest trick: sign by HS256 with the issuer's public key as the secret."""
    public = key("RS256", "k1")
    key_server.keys = [public]
    write(agreed, ways.change, "main", {"jwt.algorithm": "RS256", "jwt.jwks_url": key_server.url})
    for secret in (public.as_pem(private=False), json.dumps(public.as_dict(private=False)).encode()):
        told = f"{part({'alg': 'HS256', 'kid': 'k1'})}.{part(claims(agreed))}"
        seal = base64.urlsafe_b64encode(hmac.digest(secret, told.encode(), "sha256")).rstrip(b"=").decode()
        assert hand(agreed, f"{told}.{seal}").status_code == 401
    assert hand(agreed, signed(agreed)).status_code == 401


def test_keys_from_a_file(agreed: Paper, tmp_path: Path) -> None:
    first, second = key("ES256", "a"), key("ES256", "b")
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [first.as_dict(private=False)]}))
    write(agreed, ways.change, "main", {"jwt.algorithm": "ES256", "jwt.jwks_file": str(file)})
    assert hand(agreed, signed(agreed, first, "ES256", "a")).status_code == 200
    assert hand(agreed, signed(agreed, second, "ES256", "b")).status_code == 401
    file.write_text(json.dumps({"keys": [second.as_dict(private=False)]}))
    assert hand(agreed, signed(agreed, second, "ES256", "b")).status_code == 200


def test_this_server_asks_nobody_in_its_own_network(own_paper: Paper, key_server: KeyServer) -> None:
    write(own_paper, site_act.allow_origin, "main", PAGE)
    made = key("RS256", "k")
    for url in (
        key_server.url,
        key_server.url.replace("http:", "https:"),
        "https://localhost/keys",
        "https://[::ffff:127.0.0.1]/",
    ):
        write(own_paper, ways.change, "main", AGREED | {"jwt.algorithm": "RS256", "jwt.jwks_url": url})
        answer = hand(own_paper, signed(own_paper, made, "RS256", "k"))
        assert (answer.status_code, answer.json()["code"]) == (503, "address-not-allowed")
    assert key_server.asked == 0


# --- a window for the embed -------------------------------------------------------------------------


def test_a_window_hands_a_sign_in_to_the_publishers_page_alone(agreed: Paper) -> None:
    client = browser(agreed)
    place = f"/signin/window?site=main&origin={PAGE}"
    sent = client.get(place)
    assert (sent.status_code, sent.headers["location"].startswith("/signin?site=main&next=")) == (303, True)
    client.post("/signin/token", data={"jwt": signed(agreed), "site": "main"})
    page = client.get(place)
    assert "data-access" not in page.text
    done = client.post("/signin/window", data={"site": "main", "origin": PAGE})
    assert f'data-origin="{PAGE}"' in done.text
    assert done.headers["cache-control"] == "no-store"
    for stranger in ("https://evil.example", "null", ""):
        assert client.get("/signin/window", params={"site": "main", "origin": stranger}).status_code == 403
        assert client.post("/signin/window", data={"site": "main", "origin": stranger}).status_code == 403
    assert browser(agreed).post("/signin/window", data={"site": "main", "origin": PAGE}).status_code == 401
