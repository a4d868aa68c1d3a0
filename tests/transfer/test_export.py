"""Every way out, read back by the importer that is made for it."""

import datetime as dt
import functools
import http.server
import json
import re
import resource
import shutil
import threading
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belowline import clock
from belowline.actions import demo
from belowline.actions import sites as site_act
from belowline.actions import stories as story_act
from belowline.cli import main
from belowline.errors import Unusable
from belowline.model.correction import Became
from belowline.model.story import Closing
from belowline.snapshots import export_html
from belowline.store import corrections, imports, migrate, people, sites, votes
from belowline.store.check import wrong_counts
from belowline.store.db import Database
from belowline.store.exports import Selection
from belowline.store.tables import comment, pingback, story
from belowline.store.tables_corrections import correction
from belowline.store.tables_stories import story_alias
from belowline.store.tables_taking_part import vote
from belowline.transfer import run, undo
from belowline.transfer.ballots import reader_key
from belowline.transfer.belowline import own_person
from belowline.transfer.export import Place, to_file
from belowline.transfer.receipt import Receipt
from belowline.transfer.records import CommentRecord, Record, StoryRecord
from belowline.transfer.sources import SOURCES

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.datetime(2020, 5, 4, 9, tzinfo=dt.UTC)
BASE = "https://talk.example"
NOT_KEPT = {
    "id", "story_id", "parent_id", "root_id", "child_pos", "child_seq", "import_run_id", "site_id", "source_id",
    "unseen", "new_count", "person_id", "guest", "email_hash", "reader", "comment_id", "answered_by",
    "respect_imported", "down_imported",
}  # fmt: skip
"""What is a number or a key of this database, differs by where it was first written, or is its moderators' own work."""


def new_database(folder: Path) -> Database:
    migrate.upgrade(folder / "belowline.sqlite3", NOW)
    database = Database(folder / "belowline.sqlite3")
    with database.transaction() as conn:
        site_act.add(conn, "main", "The Evening Lamp & Sons")
    return database


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Database]:
    """The invented publication: eight stories with all that discussions have."""
    migrate.upgrade(tmp_path / "sample" / "belowline.sqlite3", NOW)
    database = Database(tmp_path / "sample" / "belowline.sqlite3")
    with database.transaction() as conn:
        demo.fill_if_empty(conn, BASE, NOW)
    yield database
    database.close()


def export(db: Database, format: str, file: Path, **chosen: Any) -> Path:
    with db.transaction() as conn:
        first = sites.first(conn)
        assert first
        to_file(conn, format, Selection(site_id=first.id, **chosen), Place(BASE, NOW), file)
    return file


def bring(db: Database, source: str, *files: Path) -> Receipt:
    records = (record for file in files for record in SOURCES[source](file))
    receipt = run.take_in(db, records, run.Order(source=source, now=NOW))
    assert receipt.comments.adds_up()
    with db.transaction() as conn:
        assert wrong_counts(conn) == []
    return receipt


def whole(db: Database) -> list[Any]:
    """All of a site that does not depend on the database's own numbers, in a form to compare."""
    with db.transaction() as conn:
        stories = {row.id: row._mapping for row in conn.execute(sa.select(story))}
        comments = {row.id: row._mapping for row in conn.execute(sa.select(comment))}
        pingbacks, asked, others, cast = (
            [row._mapping for row in conn.execute(sa.select(table))]
            for table in (pingback, correction, story_alias, vote)
        )
        installation = imports.installation(conn)
    sources = {"source"} if any(row["source"] is None for row in comments.values()) else set()

    def kept(row: Any, **more: Any) -> list[Any]:
        return sorted((key, str(value)) for key, value in {**row, **more}.items() if key not in NOT_KEPT | sources)

    def named(id_: int | None) -> str:
        one = comments.get(id_ or 0)
        return f"{one['text']} {one['created_at']}" if one else ""

    def voter(key: str) -> str:
        return reader_key("belowline", own_person(installation, key[1:])) if key.startswith("p") else key

    found = [kept(row) for row in stories.values()]
    guests = Counter((row["comment_id"], row["value"]) for row in cast if row["reader"].startswith("g"))
    for row in comments.values():
        numbers = row["respect_imported"] + guests[row["id"], 1], row["down_imported"] + guests[row["id"], -1]
        led = re.sub(r"/comments/(\d+)", lambda to: named(int(to[1])), str(row["quotes"]))
        above = {"parent": named(row["parent_id"]), "root": named(row["root_id"])}
        found.append(kept(row, story=stories[row["story_id"]]["key"], nobodys=numbers, quotes=led, **above))
    found += [kept(row, story=stories[row["story_id"]]["key"]) for row in [*pingbacks, *asked, *others]]
    named_votes = [row for row in cast if not row["reader"].startswith("g")]
    found += [kept(row, comment=named(row["comment_id"]), voter=voter(row["reader"])) for row in named_votes]
    return sorted(found)


def same_but_source(found: list[Any]) -> list[Any]:
    return sorted([pair for pair in row if pair[0] != "source"] for row in found)


# --- Belowline's own lines --------------------------------------------------------------------------


def test_the_sample_publication_moves_whole(sample: Database, tmp_path: Path) -> None:
    file = export(sample, "belowline", tmp_path / "site.jsonl")
    other = new_database(tmp_path / "other")
    receipt = bring(other, "belowline", file)
    assert receipt.notes == []
    assert same_but_source(whole(other)) == same_but_source(whole(sample))
    again = export(other, "belowline", tmp_path / "again.jsonl")
    third = new_database(tmp_path / "third")
    bring(third, "belowline", again)
    assert whole(third) == whole(other)
    other.close()
    third.close()


def test_an_export_that_comes_home_is_known_there(sample: Database, tmp_path: Path) -> None:
    file = export(sample, "belowline", tmp_path / "site.jsonl")
    before = whole(sample)
    receipt = bring(sample, "belowline", file)
    assert (receipt.comments.stored, receipt.new_stories) == (0, 0)
    assert receipt.comments.already_there == receipt.comments.found > 100
    assert whole(sample) == before


STATES = ("published", "published", "held", "deleted", "spam")
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n*_>`<&[]"), max_size=60)


@st.composite
def discussions(draw: Callable[..., Any]) -> list[Record]:
    stories: list[Record] = []
    comments: list[Record] = []
    for s in range(draw(st.integers(1, 3))):
        title = draw(TEXTS)
        closed = draw(st.booleans())
        stories.append(StoryRecord(source_id=str(s), title=title, body=draw(TEXTS), closed=closed, published_at=DAY))
        for n in range(draw(st.integers(0, 8))):
            parent = draw(st.one_of(st.none(), st.integers(0, 9)))
            at = draw(st.one_of(st.none(), st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2030, 1, 1))))
            comments.append(
                CommentRecord(
                    source_id=str(n),
                    story_source_id=str(s),
                    parent_source_id=None if parent is None else str(parent),
                    author_name=draw(st.one_of(st.none(), TEXTS)),
                    text=draw(TEXTS),
                    format=draw(st.sampled_from(["markdown", "html", "text"])),
                    created_at=at and at.replace(tzinfo=dt.UTC),
                    state=draw(st.sampled_from(STATES)),
                    kind=draw(st.sampled_from(["comment", "comment", "comment", "pingback"])),
                )
            )
    return stories + comments


Deed = tuple[str, int, int, Any]
"""(what, who, on which comment or story, value)"""
DEEDS = st.tuples(
    st.sampled_from(["vote", "vote", "write", "feature", "quote", "ask", "alias"]),
    st.integers(0, 3),
    st.integers(0, 20),
    st.sampled_from([1, 1, -1]),
)


def live(db: Database, deeds: list[Deed]) -> None:
    """What three persons (1 to 3) and a guest (0) do on a site."""
    with db.transaction() as conn:
        persons = [people.add(conn, name, f"{name}@lamp.example", NOW).id for name in ("ann", "bo", "cy")]
        comments = conn.execute(sa.select(comment.c.id, comment.c.story_id).order_by(comment.c.id)).all()
        stories = conn.execute(sa.select(story.c.id, story.c.site_id, story.c.slug).order_by(story.c.id)).all()
        done = set()
        for what, who, on, value in deeds:
            if (what, who, on) in done:
                continue
            done.add((what, who, on))
            person_id = persons[who - 1] if who else None
            reader = f"p{person_id}" if who else "gx"
            under = stories[on % len(stories)]
            if what == "ask":
                said = {
                    "name": "",
                    "passage": f"p{on}",
                    "prefix": "a ",
                    "suffix": "",
                    "claim": f"c{who}",
                    "source": "s",
                }
                at = NOW + dt.timedelta(seconds=on)
                made = corrections.add(
                    conn, **said, story_id=under.id, reader=reader, person_id=person_id, created_at=at
                )
                if value == 1:
                    corrections.answer(conn, made, Became.ACCEPTED, "Put right.", persons[0], NOW)
            elif what == "alias":
                of = {"site_id": under.site_id, "story_id": under.id, "key": f"other {who} {on}"}
                conn.execute(sa.insert(story_alias).values(**of))
            elif comments:
                id_, story_id = comments[on % len(comments)]
                _on_comment(conn, what, id_, story_id, reader, person_id, value)


def _on_comment(
    conn: sa.Connection, what: str, id_: int, story_id: int, reader: str, person_id: int | None, value: int
) -> None:
    change = sa.update(comment).where(comment.c.id == id_)
    if what == "vote":
        where = (vote.c.reader == reader, vote.c.comment_id == id_)
        if conn.execute(sa.select(vote.c.value).where(*where)).first() is None:
            of = {"reader": reader, "story_id": story_id, "comment_id": id_, "value": value, "cast_at": NOW}
            conn.execute(sa.insert(vote).values(**of, reason="rude" if value < 0 else None))
            votes.add_counts(conn, id_, value > 0, value < 0)
    elif what == "write":
        conn.execute(change.values(person_id=person_id, badge="staff" if value > 0 else None))
    elif what == "feature":
        conn.execute(change.values(featured_at=NOW))
    else:
        words = {"type": "TextQuoteSelector", "exact": "so", "prefix": " it is ", "suffix": ""}
        slug = conn.execute(sa.select(story.c.slug).where(story.c.id == story_id)).scalar_one()
        to = f"/stories/{slug}" if value < 0 else f"/comments/{id_}"
        conn.execute(change.values(quotes=[{"type": "SpecificResource", "source": to, "selector": words}]))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=discussions(), deeds=st.lists(DEEDS, max_size=12))
def test_the_import_of_an_export_is_the_same_site(
    tmp_path_factory: Any, records: list[Record], deeds: list[Deed]
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    first, second = new_database(folder / "first"), new_database(folder / "second")
    run.take_in(first, records, run.Order(source="test", now=NOW))
    live(first, deeds)
    file = export(first, "belowline", folder / "site.jsonl")
    receipt = bring(second, "belowline", file)
    assert whole(second) == whole(first)
    assert receipt.votes.stored == receipt.votes.found
    assert receipt.corrections.stored == receipt.corrections.found
    for there in (first, second):
        before = whole(there)
        again = bring(there, "belowline", file)
        assert (again.run, whole(there)) == (None, before)
    if receipt.run:
        undo.in_steps(second, receipt.run, NOW)
        assert whole(second) == []
    first.close()
    second.close()


def test_a_story_and_a_period_can_be_chosen(sample: Database, tmp_path: Path) -> None:
    with sample.transaction() as conn:
        slug, at = conn.execute(
            sa.select(story.c.slug, sa.func.max(comment.c.created_at)).join(comment).group_by(story.c.id).limit(1)
        ).one()
    one = export(sample, "belowline", tmp_path / "one.jsonl", slug=slug).read_text().splitlines()
    assert {json.loads(line)["type"] for line in one} == {"belowline", "story", "comment"}
    assert sum('"type":"story"' in line for line in one) == 1
    moment = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=at) if isinstance(at, int) else at
    late = export(sample, "belowline", tmp_path / "late.jsonl", slug=slug, since=moment).read_text().splitlines()
    early = export(sample, "belowline", tmp_path / "early.jsonl", slug=slug, until=moment).read_text().splitlines()
    assert len(late) == 3
    assert len(early) + 1 == len(one)


def test_a_file_that_cannot_be_written_leaves_nothing(sample: Database, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="Cannot write"):
        export(sample, "belowline", tmp_path / "no" / "where.jsonl")
    assert not (tmp_path / "no").exists()


# --- other systems' formats ---------------------------------------------------------------------------


@pytest.mark.parametrize(("format", "source"), [("wxr", "wordpress"), ("disqus", "disqus")])
def test_other_formats_come_back(sample: Database, tmp_path: Path, format: str, source: str) -> None:
    file = export(sample, format, tmp_path / "site.xml")
    ET.parse(file)
    other = new_database(tmp_path / "other")
    receipt = bring(other, source, file)

    def texts(db: Database) -> list[Any]:
        with db.transaction() as conn:
            c, parent = comment, comment.alias("parent")
            rows = sa.select(c.c.author_name, c.c.created_at, c.c.state, c.c.html, parent.c.html).outerjoin(
                parent, sa.and_(parent.c.id == c.c.parent_id, parent.c.state == "published")
            )
            found = conn.execute(rows.where(c.c.state.in_(["published", "held"]))).all()
        bare = [(*row[:3], *(re.sub(r"\s+|<[^>]*>", "", part or "") for part in row[3:])) for row in found]
        return sorted((str(row[0]), row[1].replace(microsecond=0), *row[2:]) for row in bare)

    assert texts(other) == texts(sample)
    assert receipt.comments.found == 174
    other.close()


def test_hostile_text_cannot_break_the_xml(tmp_path: Path) -> None:
    db = new_database(tmp_path / "data")
    hostile = "]]></wp:comment_content><x> & \ufffe <![CDATA["
    records = [
        StoryRecord(source_id="s", title=f"T {hostile}", published_at=DAY),
        CommentRecord(source_id="1", story_source_id="s", author_name=hostile, text=hostile, created_at=DAY),
    ]
    run.take_in(db, records, run.Order(source="test", now=NOW))
    for format in ("wxr", "disqus"):
        tree = ET.parse(export(db, format, tmp_path / f"{format}.xml"))
        found = [one.text or "" for one in tree.iter() if "]]&gt;" in (one.text or "") or "]]>" in (one.text or "")]
        assert len(found) >= 3
    db.close()


def test_passage_quotes_are_web_annotations(sample: Database, tmp_path: Path) -> None:
    selector = {"type": "TextQuoteSelector", "exact": "the old pier", "prefix": "on ", "suffix": " at"}
    with sample.transaction() as conn:
        of = conn.execute(sa.select(sa.func.min(comment.c.id)).where(comment.c.state == "published")).scalar_one()
        conn.execute(sa.update(comment).where(comment.c.id == of).values(quotes=[selector]))
    (line,) = export(sample, "annotations", tmp_path / "a.jsonl").read_text().splitlines()
    made = json.loads(line)
    assert (made["type"], made["id"]) == ("Annotation", f"{BASE}/comments/{of}")
    assert made["target"][0]["selector"] == selector
    assert made["body"]["format"] == "text/html"


# --- a folder of pages --------------------------------------------------------------------------------


def to_folder(db: Database, folder: Path) -> int:
    with db.transaction() as conn:
        first = sites.first(conn)
        assert first
        return export_html.to_folder(conn, Selection(site_id=first.id), BASE, NOW, folder)


def test_the_folder_is_complete_and_every_link_in_it_leads_somewhere(sample: Database, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    assert to_folder(sample, folder) == 8
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    with httpx.Client(base_url=base, follow_redirects=True, timeout=60) as client:
        seen, waiting = {"/"}, ["/"]
        while waiting:
            path = waiting.pop()
            answer = client.get(path)
            assert answer.status_code == 200, path
            if path.endswith((".atom", ".css", ".svg", ".js", ".webp", ".jpg", ".png", ".avif")):
                continue
            assert not re.search(r"<form|<script(?! type=\"application/ld)", answer.text), path
            ids = set(re.findall(r' id="([^"]+)"', answer.text))
            assert set(re.findall(r'href="#([^"]+)"', answer.text)) <= ids
            links = {
                link.partition("#")[0].partition("?")[0] for link in re.findall(r'(?:href|src)="(/[^"]*)"', answer.text)
            }
            waiting += sorted(links - seen)
            seen |= links
    server.shutdown()
    assert sum(link.startswith("/stories/") and not link.endswith("atom") for link in seen) == 8


def test_every_comment_that_is_shown_stands_on_its_storys_page(sample: Database, tmp_path: Path) -> None:
    to_folder(sample, tmp_path)
    with sample.transaction() as conn:
        rows = conn.execute(sa.select(comment.c.id, comment.c.shown, comment.c.state, story.c.slug).join(story)).all()
    for row in rows:
        page = (tmp_path / "stories" / row.slug / "index.html").read_text()
        assert (f'id="c{row.id}"' in page) == (row.shown and row.state == "published") or row.state != "published"
    page = (tmp_path / "stories" / rows[0].slug / "index.html").read_text()
    ld = json.loads(re.findall(r'ld\+json">(.*?)</script>', page, re.S)[0])
    assert ld["@type"] == "DiscussionForumPosting"
    ET.parse(tmp_path / "feed.atom")
    ET.parse(tmp_path / "stories" / rows[0].slug / "feed.atom")


def test_a_chain_of_thousands_stands_on_one_page(tmp_path: Path) -> None:
    db = new_database(tmp_path / "data")
    said = [
        CommentRecord(
            source_id=str(n),
            story_source_id="s",
            parent_source_id=str(n - 1) if n else None,
            author_name="Mo Fen",
            text=f"Link {n}.",
            created_at=DAY + dt.timedelta(minutes=n),
        )
        for n in range(3000)
    ]
    first = StoryRecord(source_id="s", title="Chain", published_at=DAY)
    run.take_in(db, [first, *said], run.Order(source="test", now=NOW))
    with db.transaction() as conn:
        story_act.set_discussion(conn, "chain", story_act.Discussion(closing=Closing.CLOSED), clock.now())
    to_folder(db, tmp_path / "pages")
    page = (tmp_path / "pages" / "stories" / "chain" / "index.html").read_text()
    assert [int(n) for n in re.findall(r"Link (\d+)\.</p>", page)] == list(range(3000))
    db.close()


# --- the command -------------------------------------------------------------------------------------


def test_frozen_discussions_are_written_again_where_they_stand(sample: Database, tmp_path: Path) -> None:
    folder, moved = tmp_path / "frozen", tmp_path / "moved"
    with sample.transaction() as conn:
        first = sites.first(conn)
        assert first
        for into in (folder, moved):
            export_html.to_folder(conn, Selection(site_id=first.id), BASE, NOW, into)
        one = conn.execute(sa.select(comment).where(comment.c.shown, comment.c.state == "published").limit(1)).one()
        other = conn.execute(sa.select(story.c.slug).where(story.c.id != one.story_id).limit(1)).scalar_one()
        slug = conn.execute(sa.select(story.c.slug).where(story.c.id == one.story_id)).scalar_one()
        page, untouched = folder / "stories" / slug / "index.html", folder / "stories" / other / "index.html"
        assert f'id="c{one.id}"' in page.read_text()
        before = untouched.stat().st_mtime_ns
        changed = {"author_name": "Erased Reader", "html": "<p>Gone for good.</p>"}
        conn.execute(sa.update(comment).where(comment.c.id == one.id).values(**changed))
        shutil.rmtree(moved)
        assert export_html.rewrite(conn, [one.story_id, 999], NOW) == [moved.resolve()]
    for written in (page, page.with_name("feed.atom")):
        assert "Gone for good." in written.read_text() or written.name == "feed.atom"
    assert untouched.stat().st_mtime_ns == before


def test_a_full_disk_leaves_a_frozen_page_as_it_was(sample: Database, tmp_path: Path) -> None:
    folder, kept = tmp_path / "frozen", resource.getrlimit(resource.RLIMIT_FSIZE)
    with sample.transaction() as conn:
        first = sites.first(conn)
        assert first
        export_html.to_folder(conn, Selection(site_id=first.id), BASE, NOW, folder)
        before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        every = list(conn.execute(sa.select(story.c.id)).scalars())
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, kept[1]))
        try:
            with pytest.raises(Unusable, match="Cannot write to the folder"):
                export_html.rewrite(conn, every, NOW)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, kept)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


@pytest.mark.usefixtures("sample")
def test_the_commands_bring_in_and_take_out(tmp_path: Path) -> None:
    cli = CliRunner()
    data = str(tmp_path / "sample")
    done = cli.invoke(main, ["export", "--data", data, "--out", str(tmp_path / "s.jsonl")])
    assert done.exit_code == 0, done.output
    db = new_database(tmp_path / "fresh")
    fresh = ["--data", str(tmp_path / "fresh")]
    receipt = tmp_path / "receipt.json"
    brought = cli.invoke(main, ["import", "belowline", str(tmp_path / "s.jsonl"), "--receipt", str(receipt), *fresh])
    assert brought.exit_code == 0, brought.output
    assert json.loads(receipt.read_bytes())["comments"]["stored"] == 174
    assert "done" in cli.invoke(main, ["import", "runs", *fresh]).output
    assert "taken back" in cli.invoke(main, ["import", "undo", "1", *fresh]).output
    assert whole(db) == []
    unknown = cli.invoke(main, ["export", "--story", "nowhere", "--out", str(tmp_path / "x"), *fresh])
    assert unknown.exit_code == 1
    db.close()
