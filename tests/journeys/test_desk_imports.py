"""Imports at the desk: upload, preview, bring in, receipt, undo; who may not, and files that mean no good."""

import contextlib
import datetime as dt
import errno
import gzip
import html
import json
import os
import re
import shutil
import signal
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from belowline.actions import imports as import_act
from belowline.actions import people as people_act
from belowline.actions import sites as site_act
from belowline.actions.desk import Desk
from belowline.clock import now
from belowline.errors import Invalid
from belowline.model.person import Proof, Role
from belowline.model.upload import Stage, Upload, Wish
from belowline.store import jobs, log, sites, stories, uploads
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.tables import comment
from belowline.transfer import uploads as folders
from belowline.transfer.sources import ABOUT, SOURCES
from belowline.web import uploading
from journeys.test_crash import Program
from members import Member, enrol, write
from paper import Paper
from post_office import wait_for

FIXTURES = Path(__file__).parents[1] / "transfer" / "fixtures"
ISSO = (FIXTURES / "isso.json").read_bytes()
LIMIT_MB = 2


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    running = Paper(tmp_path_factory.mktemp("press"), upload_mb=LIMIT_MB).start()
    yield running
    running.assert_counts_are_right()
    assert running.read(log.first_wrong) is None
    running.stop()


@pytest.fixture(scope="module")
def admin(news: Paper) -> Member:
    return enrol(news, "Ada Admin", Role.ADMIN)


def send(
    who: Member, body: bytes, source: str = "isso", name: str = "old comments.json", **fields: Any
) -> httpx.Response:
    files = {"file": (name, body)}
    return who.client.post("/desk/main/imports", data={"source": source, **fields}, files=files)


def uploaded(who: Member, body: bytes, **fields: Any) -> int:
    answer = send(who, body, **fields)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["location"].rsplit("/", 1)[1])


def at(news: Paper, number: int) -> Upload:
    return news.read(uploads.get, number)


def settled(news: Paper, number: int, wait_s: float = 60) -> Upload:
    wait_for(lambda: at(news, number).stage not in (Stage.WORKING, Stage.ARRIVING), wait_s)
    return at(news, number)


def do(who: Member, number: int, wish: str, **fields: str) -> httpx.Response:
    return who.client.post(f"/desk/main/imports/uploads/{number}", data={"do": wish, **fields})


def page(who: Member, place: str) -> str:
    answer = who.client.get(f"/desk/main/imports{place}")
    assert answer.status_code == 200, answer.text
    return answer.text


def lines(stories: int, comments: int) -> bytes:
    """An export of Livefyre's that was never there."""
    out = []
    for story in range(stories):
        told = [
            {"id": f"c{story}-{n}", "author_id": "a", "body_html": f"<p>Word {n} of {story}.</p>", "created": DAY}
            for n in range(comments)
        ]
        where = {"id": f"s{story}", "source": f"https://lamp.example/{story}", "title": f"Old story {story}"}
        out.append(json.dumps(where | {"created": DAY, "comments": told}))
    return "\n".join(out).encode()


DAY = "2014-05-04T09:00:00Z"


def how_many(conn: sa.Connection) -> int:
    return int(conn.execute(sa.select(sa.func.count()).select_from(comment)).scalar_one())


# --- the way through --------------------------------------------------------------------------------------


def test_upload_preview_import_receipt_undo(news: Paper, admin: Member) -> None:
    before = news.read(how_many)
    number = uploaded(admin, ISSO)
    one = settled(news, number)
    assert (one.stage, one.file, one.place) == (Stage.PREVIEWED, "old comments.json", "upload.json")
    preview = page(admin, f"/uploads/{number}")
    assert "This is a preview: nothing was written." in preview
    assert news.read(how_many) == before
    assert "preview is ready" in page(admin, "")

    assert do(admin, number, "good-part").status_code == 303
    one = settled(news, number)
    assert one.stage == Stage.DONE, one.error
    assert news.read(how_many) > before
    gone_to = admin.client.get(f"/desk/main/imports/uploads/{number}")
    assert gone_to.headers["location"] == f"/desk/main/imports/{one.run_id}"
    receipt = page(admin, f"/{one.run_id}")
    assert "old comments.json" in receipt
    assert "What became of every record" in receipt
    answer = admin.client.get(f"/desk/main/imports/{one.run_id}/receipt.json")
    assert answer.headers["content-disposition"] == f'attachment; filename="receipt-{one.run_id}.json"'
    assert answer.json()["comments"]["stored"] == news.read(how_many) - before
    assert do(admin, number, "whole").headers["location"] == f"/desk/main/imports/{one.run_id}", "once is enough"

    undone = admin.client.post(f"/desk/main/imports/{one.run_id}/undo")
    assert undone.headers["location"] == f"/desk/main/imports?undone={one.run_id}"
    wait_for(lambda: news.read(how_many) == before, 60)
    wait_for(lambda: "Taken back" in page(admin, f"/{one.run_id}"), 60)
    assert "taken back" in page(admin, "")
    logged = [(entry.what, entry.actor_id) for entry in news.read(lambda conn: list(log.entries(conn)))]
    assert logged[-2:] == [("import", admin.person.id), ("import-undone", admin.person.id)]
    assert admin.client.post(f"/desk/main/imports/{one.run_id}/undo").status_code == 404


def test_the_same_file_again_says_that_all_is_there(news: Paper, admin: Member) -> None:
    body = lines(1, 3)
    for expected in ("/imports/", "/imports/uploads/"):
        number = uploaded(admin, body, source="livefyre", name="x.jsonl")
        settled(news, number)
        do(admin, number, "whole")
        one = settled(news, number)
        assert one.stage == Stage.DONE, one.error
        answer = admin.client.get(f"/desk/main/imports/uploads/{number}", follow_redirects=True)
        assert re.search(expected + r"\d+$", str(answer.url))
    assert "Everything in this file was here before." in answer.text


def test_undo_is_refused_where_readers_have_answered(news: Paper, admin: Member) -> None:
    number = uploaded(admin, lines(1, 2).replace(b"s0", b"t0").replace(b"lamp", b"tower"), source="livefyre")
    settled(news, number)
    do(admin, number, "whole")
    run = settled(news, number).run_id
    row = news.read(lambda conn: conn.execute(sa.select(comment).where(comment.c.import_run_id == run)).first())
    news.post(news.read(stories.get, row.story_id), "I remember this.", parent=row.id)
    there = news.read(how_many)
    refused = admin.client.post(f"/desk/main/imports/{run}/undo")
    assert refused.status_code == 409
    assert "others have answered since" in refused.text
    assert news.read(how_many) == there


def test_addresses_can_be_mapped_after_the_preview(news: Paper, admin: Member) -> None:
    here = news.add_story(title="The ferry runs again", url="https://harbour.example/news/ferry")
    old = lines(1, 2).replace(b"https://lamp.example/0", b"http://old.example/blog/ferry").replace(b'"s0"', b'"f0"')
    number = uploaded(admin, old, source="livefyre", name="ferry.jsonl")
    settled(news, number)
    assert "Addresses that found no story" in page(admin, f"/uploads/{number}")
    wrong = do(admin, number, "preview", maps="nonsense")
    assert wrong.status_code == 422
    assert "is not OLD=NEW" in wrong.text
    do(admin, number, "preview", maps="http://old.example/blog=https://harbour.example/news\n")
    assert settled(news, number).maps == {"http://old.example/blog": "https://harbour.example/news"}
    assert "Addresses that found no story" not in page(admin, f"/uploads/{number}")
    do(admin, number, "whole")
    settled(news, number)
    assert news.read(stories.get, here.id).comment_count == 2


def test_all_or_nothing_changes_nothing_where_something_would_be_lost(news: Paper, admin: Member) -> None:
    body = lines(2, 3)[:-60].replace(b"lamp", b"broken").replace(b'"s', b'"b')  # it breaks off
    number = uploaded(admin, body, source="livefyre", name="cut.jsonl")
    assert settled(news, number).stage == Stage.PREVIEWED
    before = news.read(how_many)
    do(admin, number, "whole")
    one = settled(news, number)
    assert one.stage == Stage.FAILED
    assert news.read(how_many) == before
    assert "Nothing was brought in" in page(admin, f"/uploads/{number}")
    do(admin, number, "good-part")
    assert settled(news, number).stage == Stage.DONE
    assert news.read(how_many) > before


def test_progress_is_told_to_the_page_and_the_page_comes_again_at_the_end(news: Paper, admin: Member) -> None:
    number = uploaded(admin, lines(1, 1).replace(b"lamp", b"quick").replace(b'"s0', b'"q0'), source="livefyre")
    seen = page(admin, f"/uploads/{number}")
    if at(news, number).stage == Stage.WORKING:
        assert 'http-equiv="refresh"' in seen
        assert "hx-get" in seen
    settled(news, number)
    answer = admin.client.get(f"/desk/main/imports/uploads/{number}/progress")
    assert answer.headers["hx-refresh"] == "true"


def test_an_upload_can_be_deleted_and_is_forgotten_after_a_week(own_paper: Paper) -> None:
    boss = enrol(own_paper, "Bo Boss", Role.ADMIN)
    kept = [uploaded(boss, ISSO) for _ in range(2)]
    for number in kept:
        settled(own_paper, number)
    places = [folders.folder(own_paper.settings.data, number) for number in kept]
    assert all((place / "upload.json").read_bytes() == ISSO for place in places)
    assert do(boss, kept[0], "delete").status_code == 303
    assert not places[0].exists()
    assert boss.client.get(f"/desk/main/imports/uploads/{kept[0]}").status_code == 404

    def forgotten_at_work(conn: sa.Connection) -> int:
        uploads.wish(conn, kept[1], Wish.PREVIEW)
        many = uploads.forget(conn, now() + dt.timedelta(days=30), 10)
        uploads.failed(conn, kept[1], "It was stopped.")
        return many

    assert write(own_paper, forgotten_at_work) == 0
    wait_for(lambda: own_paper.read(jobs.due, own_paper.clock(), 1) == [], 30)
    own_paper.clock.ahead += dt.timedelta(days=8)
    wait_for(lambda: not places[1].exists(), 30)
    assert own_paper.read(uploads.get, kept[1]) is None


def test_one_job_looks_after_an_upload_whatever_is_wished_of_it(own_paper: Paper) -> None:
    boss = enrol(own_paper, "Bo Boss", Role.ADMIN)
    number = uploaded(boss, ISSO)
    for _ in range(2):
        settled(own_paper, number)
        assert do(boss, number, "preview").status_code == 303
    settled(own_paper, number)
    waiting = [one for one in own_paper.read(jobs.all_waiting) if one.kind == "upload"]
    assert len(waiting) <= 1


# --- who may not, and what is refused -----------------------------------------------------------------------


def nothing_is_kept(news: Paper) -> bool:
    kept = news.read(uploads.ids)
    place = Path(news.settings.data) / "uploads"
    return not place.exists() or {int(one.name) for one in place.iterdir()} <= kept


def test_only_admins_from_our_own_pages(news: Paper, admin: Member) -> None:
    editor = enrol(news, "Ed Itor", Role.EDITOR)
    number = uploaded(admin, ISSO)
    settled(news, number)
    assert editor.client.get("/desk/main/imports").status_code == 403
    assert send(editor, ISSO).status_code == 403
    assert editor.client.get(f"/desk/main/imports/uploads/{number}").status_code == 403
    assert do(editor, number, "good-part").status_code == 403
    assert editor.client.get("/desk/main/imports/1").status_code == 403
    assert editor.client.get("/desk/main/imports/1/receipt.json").status_code == 403
    assert editor.client.post("/desk/main/imports/1/undo").status_code == 403
    assert ">Imports<" not in editor.client.get("/desk/main/log").text
    guest = news.client.post("/desk/main/imports", data={"source": "isso"}, files={"file": ("a", ISSO)})
    assert guest.status_code == 401
    for headers in ({"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}):
        for place in ("", f"/uploads/{number}", "/1/undo"):
            data, files = {"source": "isso", "do": "good-part"}, {"file": ("a.json", ISSO)}
            answer = admin.client.post(f"/desk/main/imports{place}", data=data, files=files, headers=headers)
            assert answer.status_code in (401, 403), (headers, place)
    assert at(news, number).stage == Stage.PREVIEWED


def test_another_site_sees_nothing_of_it(news: Paper, admin: Member) -> None:
    write(news, site_act.add, "other", "The Other Paper")
    stranger = enrol(news, "Sten Other", Role.ADMIN, "other")
    number = uploaded(admin, ISSO)
    settled(news, number)
    for place in (f"uploads/{number}", f"uploads/{number}/progress", "1", "1/receipt.json"):
        assert stranger.client.get(f"/desk/other/imports/{place}").status_code == 404
    answer = stranger.client.post(f"/desk/other/imports/uploads/{number}", data={"do": "good-part"})
    assert answer.status_code == 404


def test_too_large_is_refused_before_it_is_read(news: Paper, admin: Member) -> None:
    answer = send(admin, b"x" * ((LIMIT_MB << 20) + 200_000))
    assert answer.status_code == 413
    assert f"larger than {LIMIT_MB} MiB" in answer.text
    assert nothing_is_kept(news)


def test_too_large_is_noticed_where_nobody_said_how_large(news: Paper, admin: Member) -> None:
    kind = {"content-type": "multipart/form-data; boundary=b"}
    head = b'--b\r\ncontent-disposition: form-data; name="source"\r\n\r\nisso\r\n'
    head += b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.json"\r\n\r\n'
    sent = (head, *(b"x" * 100_000 for _ in range(LIMIT_MB * 12)), b"\r\n--b--\r\n")
    answer = admin.client.post("/desk/main/imports", content=iter(sent), headers=kind)
    assert answer.status_code == 413
    assert nothing_is_kept(news)


@pytest.mark.parametrize(
    ("fields", "files", "status", "words"),
    [
        ({"source": "nothing"}, {"file": ("a.json", ISSO)}, 422, "choose the system"),
        ({}, {"file": ("a.json", ISSO)}, 422, "choose the system"),
        ({"source": "isso"}, {"file": ("a.json", b"")}, 422, "The file is empty"),
        ({"source": "isso"}, {"other": ("", b"")}, 422, "Please choose a file"),
        ({"source": "isso", "maps": "nonsense"}, {"file": ("a.json", ISSO)}, 422, "is not OLD=NEW"),
        ({"source": "isso", "maps": "x" * 70_000}, {"file": ("a.json", ISSO)}, 400, "too long"),
    ],
)
def test_wrong_forms_are_said(
    news: Paper, admin: Member, fields: dict[str, str], files: dict[str, Any], status: int, words: str
) -> None:
    answer = admin.client.post("/desk/main/imports", data=fields, files=files)
    assert answer.status_code == status
    assert words in answer.text
    assert nothing_is_kept(news)


def test_a_form_that_is_cut_off_leaves_nothing(news: Paper, admin: Member) -> None:
    kind = {"content-type": "multipart/form-data; boundary=b"}
    sent = b'--b\r\ncontent-disposition: form-data; name="source"\r\n\r\nisso\r\n'
    sent += b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.json"\r\n\r\n[1,'
    answer = admin.client.post("/desk/main/imports", content=sent, headers=kind)
    assert answer.status_code == 400
    assert nothing_is_kept(news)
    assert admin.client.post("/desk/main/imports", data={"source": "isso"}).status_code == 400


def bomb() -> bytes:
    return gzip.compress(b"[" + b" " * (300 << 20), 9)


def slip() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../../slip.json", "nothing that Isso wrote")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("source", "name", "body"),
    [
        ("isso", "../../../etc/passwd.json", b"{"),
        ("wordpress", "C:\\a\u202e\x07.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><rss>&b;</rss>'),
        ("commento", "bomb.json.gz", bomb()),
        ("disqus", "wrong.xml", ISSO),
        ("isso", "x.db", b"SQLite format 3\x00" + bytes(200)),
    ],
)
def test_files_that_mean_no_good_end_as_a_sentence(
    news: Paper, admin: Member, source: str, name: str, body: bytes
) -> None:
    before = news.read(how_many)
    number = uploaded(admin, body, source=source, name=name)
    one = settled(news, number, 120)
    assert one.stage == Stage.FAILED, one
    assert "went wrong on our side" not in one.error
    assert one.error in html.unescape(page(admin, f"/uploads/{number}"))
    assert re.fullmatch(r"upload(\.[a-z0-9]+){0,2}", one.place)
    there = sorted(one.name for one in folders.folder(news.settings.data, number).iterdir())
    assert there == sorted([one.place, "lock", "progress"])
    assert one.file.isprintable()
    assert news.read(how_many) == before
    assert do(admin, number, "good-part").status_code == 409, "there is no preview"


def test_names_in_an_archive_are_no_paths(news: Paper, admin: Member) -> None:
    number = uploaded(admin, slip(), source="livefyre", name="slip.zip")
    one = settled(news, number)
    assert one.receipt["comments"]["stored"] == 0
    where = folders.folder(news.settings.data, number)
    assert sorted(one.name for one in where.iterdir()) == ["lock", "progress", "upload.zip"]
    assert not list(Path(news.settings.data).parent.glob("**/slip.json"))


def test_a_full_disk_is_said(news: Paper, admin: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil._ntuple_diskusage(10, 10, 0)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    answer = send(admin, ISSO)
    assert answer.status_code == 503
    assert "The disk is full" in answer.text
    assert nothing_is_kept(news)


def test_a_file_that_fills_the_disk_makes_room_again(
    news: Paper, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = Path(news.settings.data) / "uploads"
    drop = uploads.drop

    async def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def drop_when_there_is_room(conn: sa.Connection, number: int) -> None:
        assert not (where / str(number)).exists()
        drop(conn, number)

    with monkeypatch.context() as patched:
        patched.setattr(uploading._Form, "_write", full)
        patched.setattr(uploads, "drop", drop_when_there_is_room)
        answer = send(admin, ISSO)
    assert answer.status_code == 503
    assert "The disk is full" in answer.text
    assert nothing_is_kept(news)


def test_every_source_is_told_to_people() -> None:
    assert list(ABOUT) == list(SOURCES)


@pytest.mark.parametrize(
    ("text", "maps"),
    [("", {}), (" a=b \n\nhttp://a=https://b\n", {"a": "b", "http://a": "https://b"}), ("a=http=http://b", None)],
)
def test_lines_of_old_and_new(text: str, maps: dict[str, str] | None) -> None:
    if maps is not None:
        assert import_act.maps_of(text) == maps
    for wrong in ("=b", "no sign"):
        with pytest.raises(Invalid):
            import_act.maps_of(wrong)


# --- large ones -----------------------------------------------------------------------------------------------


def test_readers_post_while_an_import_runs(own_paper: Paper) -> None:
    boss = enrol(own_paper, "Bo Boss", Role.ADMIN)
    story = own_paper.add_story()
    number = uploaded(boss, gzip.compress(lines(60, 500)), source="livefyre", name="large.jsonl.gz")
    assert settled(own_paper, number, 180).stage == Stage.PREVIEWED
    do(boss, number, "good-part")
    posted = 0
    until = time.monotonic() + 180
    while at(own_paper, number).stage == Stage.WORKING and time.monotonic() < until:
        posted += own_paper.post(story, f"Meanwhile, number {posted}.") > 0
    one = at(own_paper, number)
    assert one.stage == Stage.DONE, one.error
    assert one.receipt["comments"]["stored"] == 30_000
    assert own_paper.read(stories.get, story.id).comment_count == posted > 5


def test_an_import_goes_on_after_kill_9(tmp_path: Path) -> None:
    """The server and who works for it die together; the next server has it done, once."""
    data = tmp_path / "data"
    program = Program(data)
    db = Database(data / "belowline.sqlite3")
    with db.transaction() as conn:
        site_act.make_first(conn)
        site = sites.first(conn)
        assert site
        person = people_act.enter(conn, Proof("test", "tests", "Ada", "Ada", site_id=site.id, role=Role.ADMIN), now())
        desk = Desk(site, person, Role.ADMIN)
        values: dict[str, Any] = {"place": "upload.jsonl", "source": "livefyre", "maps": {}, "threading": None}
        number = import_act.receive(conn, desk, "old.jsonl", now(), **values).id
    where = folders.folder(str(data), number)  # once its row is there: others are swept away
    where.mkdir(parents=True)
    (where / "upload.jsonl").write_bytes(lines(60, 500))
    with db.transaction() as conn:
        uploads.wish(conn, number, Wish.GOOD_PART)
        jobs.add(conn, "upload", {"upload": number}, now())

    def importing() -> bool:
        seen = folders.progress(where)
        return seen is not None and seen.step == "importing" and seen.done >= 5_000

    wait_for(importing, 120)
    seen = folders.progress(where)
    assert seen
    assert seen.process
    os.kill(seen.process, signal.SIGKILL)
    program.kill()
    assert db.read_now(how_many) < 30_000
    assert db.read_now(wrong_counts) == []

    again = Program(data)
    wait_for(lambda: db.read_now(uploads.get, number).stage != Stage.WORKING, 240)
    one = db.read_now(uploads.get, number)
    assert one.stage == Stage.DONE, one.error
    assert one.receipt["comments"]["stored"] == 30_000 == db.read_now(how_many)
    assert db.read_now(wrong_counts) == []
    assert len(db.read_now(uploads.runs, site.id, 9)) == 1
    again.kill(signal.SIGTERM)
    db.close()


def test_a_disk_that_fills_up_in_the_middle_is_said_and_can_be_gone_on_from(
    news: Paper, admin: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = uploaded(admin, lines(1, 2).replace(b"lamp", b"full").replace(b'"s0', b'"z0'), source="livefyre")
    settled(news, number)
    where = folders.folder(news.settings.data, number)
    db = Database(news.settings.database)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, contextlib.ExitStack() as held:
        wait_for(lambda: held.enter_context(folders.alone(where)), 60)  # from now on the server does nothing with it
        patched.setattr(folders, "bring_in", full)
        write(news, uploads.wish, number, Wish.GOOD_PART)
        folders._work(db, where, number, now)
    one = at(news, number)
    assert one.stage == Stage.FAILED
    assert one.error == f"{folders.FULL} {folders.STAYS}"
    assert "Try again" in page(admin, f"/uploads/{number}")
    do(admin, number, "again")
    assert settled(news, number).stage == Stage.DONE
    db.close()


def test_who_works_on_a_file_is_alone(news: Paper, admin: Member, tmp_path: Path) -> None:
    number = uploaded(admin, ISSO)
    settled(news, number)
    wait_for(lambda: not folders.worked_on(folders.folder(news.settings.data, number)), 60)
    where = tmp_path  # there the server may look again
    with folders.alone(where) as first, folders.alone(where) as second:
        assert (first, second) == (True, False)
        assert folders.worked_on(where)
    assert not folders.worked_on(where)
