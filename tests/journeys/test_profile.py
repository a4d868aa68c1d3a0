"""Profiles: names with a history, pictures of our own making, what is private, what a guest wrote."""

import io
import struct
import time
import zlib

import httpx
import pytest
from PIL import Image
from PIL.ExifTags import Base

from belowline.actions import people as people_act
from belowline.model.person import Proof
from belowline.rules.signin import email_key
from belowline.store import people, sites
from members import Member, browser, enrol, write
from paper import Paper


def save(member: Member, **form: str) -> httpx.Response:
    return member.client.post("/me", data={"name": member.person.name, **form})


def upload(member: Member, data: bytes, name: str = "me.jpg") -> httpx.Response:
    return member.client.post("/me/picture", files={"picture": (name, data, "image/jpeg")})


def photo(size: tuple[int, int] = (900, 600), kind: str = "JPEG", **more: object) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", size, (200, 40, 40)).save(kept, kind, **more)
    return kept.getvalue()


def test_a_new_name_stands_on_all_comments_and_the_old_is_kept(own_paper: Paper) -> None:
    story = own_paper.add_story()
    nora = enrol(own_paper, "Nora")
    comment_id = nora.post(story, "Something.")
    own_paper.post(story, "A reply.", parent=comment_id)
    assert "Nora" in own_paper.page(f"/stories/{story.slug}")
    assert save(nora, name="Nora Lindqvist", about="  Reads   at night. ").status_code == 303
    shown = own_paper.page(f"/stories/{story.slug}?v=1")
    assert f'<a href="/people/{nora.person.id}">Nora Lindqvist</a>' in shown
    assert "Reads at night." in own_paper.page(f"/people/{nora.person.id}")
    names = [name for name, _ in own_paper.read(people.earlier_names, nora.person.id)]
    assert names[0] == "Nora"


def test_names_change_three_times_a_month(own_paper: Paper) -> None:
    nora = enrol(own_paper, "Nora")
    for name in ("Nora B", "Nora C", "Nora D"):
        assert save(nora, name=name).status_code == 303
    refused = save(nora, name="Nora E")
    assert (refused.status_code, "three times" in refused.text) == (429, True)
    assert own_paper.read(people.get, nora.person.id).name == "Nora D"


@pytest.mark.parametrize("name", ["", "x" * 61, "Moderator", "The Evening Lаmp", "\u202eevil", "<b>"])
def test_a_name_that_cannot_be_is_told_at_its_field(own_paper: Paper, name: str) -> None:
    nora = enrol(own_paper, "Nora")
    answer = save(nora, name=name, about="New line.")
    if name == "<b>":  # odd, but only a name
        assert "&lt;b&gt;" in own_paper.page(f"/people/{nora.person.id}")
        return
    if name == "\u202eevil":
        assert own_paper.read(people.get, nora.person.id).name == "evil"
        return
    assert answer.status_code == 422
    assert 'id="error-name"' in answer.text
    assert own_paper.read(people.get, nora.person.id).about == ""


def test_a_private_profile_shows_the_name_alone(paper: Paper) -> None:
    story = paper.add_story()
    nora = enrol(paper, "Nora Private")
    nora.post(story, "Said in public, gathered nowhere.")
    upload(nora, photo())
    path = f"/people/{nora.person.id}"
    picture = f"{path}/picture?v={paper.read(people.get, nora.person.id).picture}"
    assert paper.client.get(picture).status_code == 200
    assert paper.client.get(f"{path}/picture?v=guessed").status_code == 404
    assert "gathered nowhere" in paper.page(path)
    save(nora, about="Only for me.", private="yes")
    for other in (browser(paper), enrol(paper, "Omar Curious").client):
        shown = other.get(path).text
        assert "Nora Private" in shown
        assert "gathered nowhere" not in shown
        assert "Only for me." not in shown
        assert "/picture" not in shown
        assert other.get(picture).status_code == 404
    assert nora.client.get(picture).headers["cache-control"] == "private, no-store"
    assert "gathered nowhere" in nora.client.get(path).text
    assert "gathered nowhere" in paper.page(f"/stories/{story.slug}?v=p")


def test_a_profile_goes_on_by_pages(paper: Paper) -> None:
    story = paper.add_story()
    nora = enrol(paper, "Nora Prolific")
    ids = [nora.post(story, f"Thought number {n}.") for n in range(25)]
    first = paper.page(f"/people/{nora.person.id}")
    assert first.count("Thought number") == 20
    assert f"?before={ids[5]}" in first
    assert paper.page(f"/people/{nora.person.id}?before={ids[5]}").count("Thought number") == 5
    assert paper.client.get("/people/999999").status_code == 404


def test_a_picture_becomes_a_small_one_of_our_own_making(paper: Paper) -> None:
    nora = enrol(paper, "Nora Pictured")
    exif = Image.Exif()
    exif[Base.Artist] = "a secret place"
    exif[Base.Orientation] = 6
    assert upload(nora, photo((3000, 2000), exif=exif, comment=b"a secret place")).status_code == 303
    person = paper.read(people.get, nora.person.id)
    answer = paper.client.get(f"/people/{person.id}/picture?v={person.picture}")
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    with Image.open(io.BytesIO(answer.content)) as kept:
        assert (kept.format, kept.size, dict(kept.getexif())) == ("WEBP", (256, 256), {})
    assert b"secret" not in answer.content
    assert b"EXIF" not in answer.content
    assert len(answer.content) < 20_000
    assert nora.client.get("/api/v1/session").json()["me"]["picture"].endswith(f"?v={person.picture}")
    assert nora.client.post("/me/picture/remove").status_code == 303
    assert paper.client.get(f"/people/{person.id}/picture").status_code == 404


USUAL = [("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("WEBP", "RGBA"), ("JPEG", "CMYK")]


@pytest.mark.parametrize(("kind", "mode"), USUAL)
def test_the_usual_formats_are_read(paper: Paper, kind: str, mode: str) -> None:
    kept = io.BytesIO()
    Image.new("RGB", (300, 500), (1, 2, 3)).convert(mode).save(kept, kind)
    assert upload(enrol(paper, f"Nora {kind} {mode}"), kept.getvalue()).status_code == 303


def bomb(side: int) -> bytes:
    """A PNG of a few KB that says it is side × side pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(side // 8 + 1) * min(side, 60_000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bad_pictures() -> dict[str, tuple[bytes, int]]:
    good = photo()
    return {
        "20 MB": (good + bytes(20 * 2**20), 413),
        "6 MB": (good + bytes(6 * 2**20), 413),
        "a bomb": (bomb(60_000), 422),
        "a bomb below Pillow's own limit": (bomb(8_000), 422),
        "nothing": (b"", 422),
        "no picture": (b"hello", 422),
        "half": (good[: len(good) // 2], 422),
        "a page": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", 422),
        "a format that we do not read": (photo(kind="TIFF"), 422),
        "postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", 422),
    }


@pytest.mark.parametrize("what", bad_pictures())
def test_bombs_and_what_is_no_picture_are_refused(paper: Paper, what: str) -> None:
    data, status = bad_pictures()[what]
    nora = enrol(paper, f"Nora {what}")
    began = time.process_time()  # of the server as well: it runs in this process
    try:
        answer = upload(nora, data)
        assert answer.status_code == status, answer.text
    except httpx.TransportError:  # refused while it was being sent
        assert what == "20 MB"
    assert time.process_time() - began < 5
    assert paper.read(people.get, nora.person.id).picture is None
    assert paper.client.get("/").status_code == 200


def test_only_ones_own_pages_change_a_profile(paper: Paper) -> None:
    nora = enrol(paper, "Nora Safe")
    cookie = {"cookie": f"belowline_session={nora.client.cookies['belowline_session']}"}
    for path in ("/me", "/me/picture", "/me/picture/remove", "/me/claim"):
        headers = cookie | {"origin": "https://evil.example"}
        forged = httpx.post(f"{paper.base}{path}", data={"name": "Owned"}, headers=headers, timeout=20)
        assert forged.status_code == 403, path
        assert browser(paper).post(path, data={"name": "Nobody"}).status_code == 401, path
    assert paper.read(people.get, nora.person.id).name == "Nora Safe"
    assert browser(paper).get("/me").headers["location"] == "/signin?next=/me"


def by_mail(paper: Paper, member: Member, address: str) -> None:
    """As if they had signed in by this address before (test_signin_mail.py does it by mail)."""
    key = email_key(address, paper.read(sites.signing_secret))
    write(paper, people.add_login, member.person.id, "email", "", key, paper.clock())


def test_what_was_written_as_a_guest_is_claimed_by_a_proved_address(own_paper: Paper) -> None:
    story = own_paper.add_story()
    own = own_paper.post(story, "Mine, as a guest.", name="N.", email="Nora@Example.org ")
    other = own_paper.post(story, "Another's.", name="O.", email="omar@example.org")
    wrong = own_paper.send(story, "No address.", email="not an address\r\nX: y")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["email"])
    assert b"nora@example.org" not in own_paper.settings.database.read_bytes().lower()
    nora = enrol(own_paper, "Nora Lindqvist")
    assert "as a guest" not in nora.client.get("/me").text
    by_mail(own_paper, nora, "nora@example.org")
    assert "1 comment was written by you as a guest." in nora.client.get("/me").text
    assert nora.client.post("/me/claim").status_code == 303
    shown = own_paper.page(f"/stories/{story.slug}?v=1")
    assert f'<a href="/people/{nora.person.id}">Nora Lindqvist</a>' in shown
    assert "O.</b>" in shown
    assert nora.client.patch(f"/api/v1/comments/{own}", json={"text": "Mine now."}).status_code == 200
    assert nora.client.patch(f"/api/v1/comments/{other}", json={"text": "Mine?"}).status_code == 403


def test_what_this_browser_has_just_written_can_be_claimed_too(own_paper: Paper) -> None:
    story = own_paper.add_story()
    nora = enrol(own_paper, "Nora")
    guest = browser(own_paper)
    guest.post(f"/stories/{story.slug}/comments", data={"text": "Before I signed in.", "name": "N.", "key": "k"})
    nora.client.cookies.set("belowline_mine", guest.cookies["belowline_mine"])
    nora.client.post("/me/claim")
    assert "Before I signed in." in own_paper.page(f"/people/{nora.person.id}")
    thief = enrol(own_paper, "Mallory")
    thief.client.cookies.set("belowline_mine", "1-2-3.forged")
    thief.client.post("/me/claim")
    assert "Before" not in own_paper.page(f"/people/{thief.person.id}")


def test_anothers_issuer_cannot_claim_by_saying_an_address(own_paper: Paper) -> None:
    """An address that a login merely tells of is good for mails, never to take somebody's comments."""
    story = own_paper.add_story()
    own_paper.post(story, "Nora's, as a guest.", name="N.", email="nora@example.org")
    proof = Proof("jwt", "some site", "x", "Mallory", email="nora@example.org")
    mallory = write(own_paper, people_act.enter, proof, own_paper.clock())
    assert own_paper.read(people.email_keys, mallory.id) == []


def test_what_is_no_picture_is_said_in_the_form_and_a_change_is_confirmed(paper: Paper) -> None:
    nora = enrol(paper, "Nora of the Form")
    answer = nora.client.post("/me/picture", files={"picture": ("a.jpg", b"no picture", "image/jpeg")})
    assert answer.status_code == 422
    assert 'id="error-picture"' in answer.text
    assert 'value="Nora of the Form"' in answer.text
    saved = nora.client.post("/me", data={"name": "Nora of the Form", "about": "Reads."}, follow_redirects=True)
    assert "Your change is saved." in saved.text
    assert "Your change is saved." not in nora.client.get("/me").text
