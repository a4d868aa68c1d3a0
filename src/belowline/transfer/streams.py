"""Opening what an operator hands us, as a stream of clean text, and what every source needs for that.

Nothing is unpacked to disk, so names in an archive can do no harm; what it unfolds to is bounded.
"""

import codecs
import contextlib
import csv
import gzip
import hashlib
import re
import secrets
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import msgspec

from belowline.errors import Invalid, TooLarge
from belowline.transfer.records import CommentRecord, Note, PersonRecord

CHUNK = 1 << 16
MAX_RECORD = 4 << 20
"""Characters in one record or one field; a longer one is left out and noted."""
MAX_RATIO, RATIO_FROM = 250, 64 << 20
"""An archive may unfold to 64 MiB freely, from there to 250 times its size (comments: 5 to 30 times)."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


def _western(problem: UnicodeError) -> tuple[str, int]:
    """What is not valid in the file's encoding is read as Windows-1252, the usual culprit."""
    assert isinstance(problem, UnicodeDecodeError)
    wrong = problem.object[problem.start : problem.end]
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in wrong), problem.end


codecs.register_error("belowline-western", _western)
csv.field_size_limit(MAX_RECORD)


class Source:
    """One export: a file, a gzip, a zip with several files in it, or a folder. `notes` fill while it is read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[Note] = []
        self._zip = False
        if not path.exists():
            raise Invalid(f"There is no file {path.name}.")
        if path.is_file():
            with path.open("rb") as file:
                self._zip = file.read(4) == b"PK\x03\x04"

    def names(self) -> list[str]:
        """The files in it, in order of their names; one, for a file that is no archive."""
        if self.path.is_dir():
            found = (p for p in self.path.rglob("*") if p.is_file() and not p.name.startswith("."))
            return sorted(str(p.relative_to(self.path)) for p in found)
        if not self._zip:
            return [self.path.name]
        with self._archive() as archive:
            files = [i.filename for i in archive.infolist() if not i.is_dir()]
        return sorted(n for n in files if not n.startswith("__MACOSX/") and not _base(n).startswith("."))

    def find(self, *words: str) -> str | None:
        """The member whose own name has one of the words, the earlier word first; the largest of several."""
        for word in words:
            fitting = [n for n in self.names() if word in _base(n).lower()]
            if fitting:
                return max(fitting, key=self._size)
        return None

    def main(self, *words: str) -> str:
        """The one member that is meant: by a word in its name, else the largest."""
        names = self.names()
        if not names:
            raise Invalid(f"{self.path.name} holds no files.")
        return self.find(*words) or max(names, key=self._size)

    def chunks(self, name: str) -> Iterator[str]:
        """The member's text, decoded, without BOM and NULs, in pieces of about 64 KiB."""
        raw = self._bytes(name)
        first = next(raw, b"")
        encoding, start = self._encoding(first)
        decoder = codecs.getincrementaldecoder(encoding)()
        lines = 1
        piece: bytes = first[start:]
        while True:
            try:
                decoded = decoder.decode(piece)
            except UnicodeDecodeError:
                self._note_encoding(name, encoding, lines)
                decoder.errors = "belowline-western"
                decoded = decoder.decode(piece)
            lines += decoded.count("\n")
            yield decoded.replace("\x00", "") if "\x00" in decoded else decoded
            following = next(raw, None)
            if following is None:
                return
            piece = following

    def lines(self, name: str) -> Iterator[str]:
        """The member's lines with their ends, for the csv module. Refuses a line longer than MAX_RECORD."""
        rest = ""
        for number, chunk in enumerate(self.chunks(name)):
            *whole, rest = (rest + chunk).split("\n")
            if len(rest) > MAX_RECORD:
                raise Invalid(f"{name}: a line of more than {MAX_RECORD:,} characters, in part {number + 1}.")
            yield from (line + "\n" for line in whole)
        if rest:
            yield rest

    def head(self, name: str, size: int = 2000) -> str:
        """The first characters of a member, to see what it is."""
        return next(self.chunks(name), "")[:size]

    def cut(self, name: str, where: str) -> None:
        """Notes that the member ends before its end."""
        if not any(note.what == f"{name} ends too early." for note in self.notes):
            why = "The file is cut off; everything before its end was read."
            self.notes.append(Note(what=f"{name} ends too early.", why=why, where=where, cut=True))

    def _note_encoding(self, name: str, encoding: str, line: int) -> None:
        what = f"{name} is not {encoding} throughout."
        if not any(note.what == what for note in self.notes):
            self.notes.append(
                Note(what=what, why="What is not was read as Windows-1252 (latin-1).", where=f"from line {line}")
            )

    def _encoding(self, first: bytes) -> tuple[str, int]:
        for bom, encoding in _BOMS:
            if first.startswith(bom):
                return encoding, len(bom)
        declared = _DECLARED.match(first[:400])
        name = declared[1].decode("ascii") if declared else "utf-8"
        if name.lower().startswith(("utf-16", "utf-32", "ucs")):
            return "utf-8", 0
        try:
            b"".decode(name)
        except LookupError as unknown:
            raise Invalid(f"{self.path.name} says it is written in {name}, which is no encoding we know.") from unknown
        return name, 0

    def _size(self, name: str) -> int:
        if self.path.is_dir():
            return (self.path / name).stat().st_size
        if not self._zip:
            return self.path.stat().st_size
        with self._archive() as archive:
            return archive.getinfo(name).file_size

    def _archive(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, NotImplementedError) as broken:
            raise Invalid(f"{self.path.name} is a broken zip: {broken}.") from broken

    def _bytes(self, name: str) -> Iterator[bytes]:
        with contextlib.ExitStack() as stack:
            packed: int | None = None
            if self._zip:
                archive = stack.enter_context(self._archive())
                info = archive.getinfo(name)
                if info.flag_bits & 1:
                    raise Invalid(f"{name} in {self.path.name} is encrypted.")
                packed = info.compress_size
                file: IO[bytes] = stack.enter_context(archive.open(info))
            else:
                where = self.path / name if self.path.is_dir() else self.path
                file = stack.enter_context(where.open("rb"))
            magic = file.read(4)
            file.seek(0)
            if magic[:2] == b"\x1f\x8b":
                packed = packed or self._size(name)
                file = cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=file)))
            elif magic == b"PK\x03\x04":
                raise Invalid(f"{name} is a zip within a zip: unpack it first.")
            yield from self._read(name, file, packed)

    def _read(self, name: str, file: IO[bytes], packed: int | None) -> Iterator[bytes]:
        total = 0
        read = file.read1 if isinstance(file, gzip.GzipFile | zipfile.ZipExtFile) else file.read
        while True:
            try:
                piece = read(CHUNK)
            except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile):
                self.cut(name, f"after {total:,} bytes")
                return
            if not piece:
                return
            total += len(piece)
            if packed is not None and total > max(RATIO_FROM, packed * MAX_RATIO):
                raise TooLarge(f"{name} unfolds to more than {MAX_RATIO} times its size: refused.")
            yield piece


def _base(name: str) -> str:
    return name.replace("\\", "/").rsplit("/", 1)[-1]


class Seen:
    """Which records the file has had, in 16 bytes a slot: two million comments take 64 MB, not 400.

    An open-addressing table of 64-bit fingerprints, keyed by a secret so that no file can be made to
    collide; that two ids of two million agree by chance is less likely than one in four million.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(16)
        self._count = 0
        self._keys, self._values = array("Q", bytes(8 << 10)), array("Q", bytes(8 << 10))

    def add(self, key: str, value: object = "") -> int | None:
        """Remembers key with a fingerprint of value; the fingerprint it had before, or None when new."""
        if self._count * 3 > len(self._keys) * 2:
            self._grow()
        fingerprint = self.fingerprint(key) | 1
        slot = self._slot(self._keys, fingerprint)
        if self._keys[slot]:
            return self._values[slot]
        self._keys[slot], self._values[slot] = fingerprint, self.fingerprint(value)
        self._count += 1
        return None

    def fingerprint(self, value: object) -> int:
        raw = value.encode() if isinstance(value, str) else msgspec.json.encode(value)
        return int.from_bytes(hashlib.blake2b(raw, digest_size=8, key=self._secret).digest(), "big")

    def _slot(self, keys: "array[int]", fingerprint: int) -> int:
        mask = len(keys) - 1
        slot = (fingerprint >> 1) & mask
        while keys[slot] and keys[slot] != fingerprint:
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        keys, values = array("Q", bytes(16 * len(self._keys))), array("Q", bytes(16 * len(self._keys)))
        for fingerprint, value in zip(self._keys, self._values, strict=True):
            if fingerprint:
                slot = self._slot(keys, fingerprint)
                keys[slot], values[slot] = fingerprint, value
        self._keys, self._values = keys, values


class Once:
    """Sees to it that an id stands for one record: repeated ones are noted, none is lost unsaid."""

    def __init__(self) -> None:
        self._seen = Seen()

    def comment(self, record: CommentRecord) -> Iterator[CommentRecord | Note]:
        """The comment; or, where its id is taken, a note, and the comment too when it is another one.

        Another one is by somebody else or from another moment; it gets an id of its own, made of its
        content, so that a later import of the same file knows it again.
        """
        key = f"comment\x00{record.story_source_id}\x00{record.source_id}"
        who_when = [record.author_name or record.person_source_id, record.created_at or record.text]
        before = self._seen.add(key, who_when)
        if before is None:
            yield record
            return
        what = f"Comment {record.source_id} stands more than once in the file."
        if before == self._seen.fingerprint(who_when):
            why = "Same id, writer and time as an earlier one: the first was kept."
            yield Note(what=what, why=why, where=record.where, left_out="comment")
            return
        told = msgspec.json.encode([*who_when, record.text])
        own = f"{record.source_id}~{hashlib.blake2b(told, digest_size=6).hexdigest()}"
        if self._seen.add(f"comment\x00{record.story_source_id}\x00{own}", who_when) is not None:
            yield Note(what=what, why="It is the same as an earlier one.", where=record.where, left_out="comment")
            return
        yield Note(what=what, why=f"Another writer or time: both were kept, this as {own}.", where=record.where)
        yield msgspec.structs.replace(record, source_id=own)

    def person(self, record: PersonRecord) -> Iterator[PersonRecord]:
        """The person, the first time only."""
        if self._seen.add("person\x00" + record.source_id) is None:
            yield record

    def first(self, *key: str | None) -> bool:
        """Whether this is the first time for any other key."""
        return self._seen.add("first\x00" + "\x00".join(part or "" for part in key)) is None
