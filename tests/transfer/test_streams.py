import codecs
import gzip
import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belowline.errors import Invalid, TooLarge
from belowline.transfer.artalk import read
from belowline.transfer.json_stream import JsonStream
from belowline.transfer.records import CommentRecord, Note
from belowline.transfer.streams import Seen, Source


def record(number: int, **more: str) -> dict[str, str]:
    return {"id": str(number), "content": f"Text {number}", "nick": "N", "page_key": "/p", **more}


def texts(path: Path) -> list[str]:
    return [r.text for r in read(path) if isinstance(r, CommentRecord)]


def test_gzip_and_zip_open_by_themselves(tmp_path: Path):
    plain = json.dumps([record(1), record(2)]).encode()
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(plain))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("readme.txt", "x" * 10_000)
        archive.writestr("../../etc/artrans.json", plain)
        archive.writestr("__MACOSX/._artrans.json", b"junk")
    assert texts(tmp_path / "a.json.gz") == texts(tmp_path / "b.zip") == ["Text 1", "Text 2"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json.gz", "b.zip"]


def test_a_gzip_that_breaks_off_gives_what_was_whole(tmp_path: Path):
    path = tmp_path / "a.json.gz"
    packed = gzip.compress(json.dumps([record(n, ip=str(hash(n))) for n in range(5000)]).encode())
    path.write_bytes(packed[: len(packed) // 2])
    assert 1000 < len(texts(path)) < 4000
    assert [r.what for r in read(path) if isinstance(r, Note)] == ["a.json.gz ends too early."]


@pytest.mark.parametrize("kind", ["gz", "zip"])
def test_bombs_are_refused(tmp_path: Path, kind: str):
    path = tmp_path / "bomb"
    if kind == "gz":
        with gzip.open(path, "wb") as file:
            for _ in range(100):
                file.write(b" " * (1 << 20))
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.json", b" " * (100 << 20))
    with pytest.raises(TooLarge, match="unfolds"):
        list(read(path))


def test_zips_that_are_broken_locked_or_zips_again_are_refused(tmp_path: Path):
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(Invalid, match="broken zip"):
        list(read(path))
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as archive:
        archive.writestr("a.json", "[]")
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tmp_path / "inner.zip", "a.json")
    with pytest.raises(Invalid, match="zip within"):
        list(read(path))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(tmp_path: Path, encoding: str):
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps([record(1, nick="Zoë")], ensure_ascii=False).encode(encoding))
    assert [r.author_name for r in read(path) if isinstance(r, CommentRecord)] == ["Zoë"]
    assert path.read_bytes()[:2] in (codecs.BOM_UTF8[:2], codecs.BOM_UTF16_LE)


def test_mixed_encodings_lose_nothing_and_are_told(tmp_path: Path):
    path = tmp_path / "a.json"
    good, bad = (json.dumps(record(n, nick="Zoë"), ensure_ascii=False) for n in (1, 2))
    path.write_bytes(b"[" + good.encode() + b",\n" + bad.encode("cp1252") + b"]")
    records = list(read(path))
    assert [r.author_name for r in records if isinstance(r, CommentRecord)] == ["Zoë", "Zoë"]
    assert [r.why for r in records if isinstance(r, Note)] == ["What is not was read as Windows-1252 (latin-1)."]


def test_nuls_lone_surrogates_and_broken_records(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(
        '[{"id":"1","content":"a\\u0000b\x00c","page_key":"/p"},{"id":"2","content":"\\ud83d","page_key":"/p"},'
        '\n{"id":"3","content":nonsense},{"id":"4","content":"ok","page_key":"/p"}]'
    )
    assert texts(path) == ["abc", "?", "ok"]
    assert [(r.left_out, r.where) for r in read(path) if isinstance(r, Note)] == [("comment", "line 2")]


def test_a_record_of_five_megabytes_is_left_out_and_the_next_one_read(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([record(1, ua="x" * 5_000_000), record(2)]))
    assert texts(path) == ["Text 2"]
    assert [r.left_out for r in read(path) if isinstance(r, Note)] == ["comment"]


def test_brackets_that_make_no_sense_say_where(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text('[{"id":"1","content":"x","page_key":"/p"}\n;{"id":"2"}]')
    with pytest.raises(Invalid, match="line 2"):
        list(read(path))


def test_memory_stays_flat_however_long_the_file(tmp_path: Path):
    path = tmp_path / "a.json"
    with path.open("w") as file:
        file.write("[")
        for n in range(6_000):
            file.write(("," if n else "") + json.dumps(record(n, ua="u" * 1000)))
        file.write("]")
    tracemalloc.start()
    count = sum(isinstance(r, CommentRecord) for r in read(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 6_000
    assert peak < 4 << 20, f"{peak:,} bytes for a file of {path.stat().st_size:,}"


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.text(st.characters(exclude_characters="\x00", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=5), st.integers(1, 40))
def test_values_come_out_as_they_went_in_wherever_the_pieces_end(values: list[object], size: int):
    written = "\n".join(json.dumps(value, ensure_ascii=False, indent=1) for value in values) + "\n"

    class Pieces(Source):
        def __init__(self) -> None:
            self.notes = []

        def chunks(self, _name: str):
            return (written[at : at + size] for at in range(0, len(written), size))

    assert [value for _, value, _ in JsonStream(Pieces(), "a", lambda _: "take").values()] == values


@given(st.lists(st.text(max_size=3), max_size=200))
def test_seen_knows_what_it_has_seen(keys: list[str]):
    seen, known = Seen(), set()
    for key in keys:
        assert (seen.add(key) is not None) == (key in known)
        known.add(key)


def test_seen_grows():
    seen = Seen()
    assert all(seen.add(str(n), n) is None for n in range(6_000))
    assert all(seen.add(str(n)) == seen.fingerprint(n) for n in range(6_000))
