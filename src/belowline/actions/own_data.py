"""A person takes all that is kept about them: a zip that leaves while it grows, so that no account is too large."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from belowline.errors import Forbidden
from belowline.model.person import SignedIn
from belowline.store import own_data, people
from belowline.store.own_data import SECTIONS, Section

__all__ = ["FORMATS", "SECTIONS", "Parcel", "access_own_data", "page", "picture"]

FORMATS = ("json", "csv")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for one, from the pen of somebody else


def access_own_data(who: SignedIn) -> None:
    """Only on our own pages. Raises Forbidden for a publisher's page: its scripts are not the person."""
    if who.session.kind != "page":
        raise Forbidden("Take your data, and have it erased, on the discussion's own page.", code="own-page-only")


def page(
    conn: sa.Connection, section: Section, person_id: int, after: tuple[Any, ...] | None, base_url: str
) -> tuple[list[list[Any]], tuple[Any, ...] | None]:
    """(rows with plain values, the key to go on from; None at the end)."""
    rows, following = own_data.page(conn, section, person_id, after)
    columns = section.columns
    return [
        [_plain(name, value, base_url) for name, value in zip(columns, row, strict=True)] for row in rows
    ], following


def picture(conn: sa.Connection, person_id: int) -> bytes | None:
    return people.picture_of(conn, person_id)


def _plain(name: str, value: Any, base_url: str) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()[:19] + "Z"
    if name.endswith("address") and isinstance(value, str) and value.startswith("/"):
        return base_url + value
    if name == "found":
        return [{key: one[key] for key in ("step", "version", "score", "asks", "sentence")} for one in value]
    return value


class _Sink(io.RawIOBase):
    """Takes what the zip writes until it is fetched. It cannot go back, so the zip does not try."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.parts.append(bytes(data))
        return len(data)


class Parcel:
    """A zip of JSON and CSV files; `take` gives the bytes that are ready. Memory: one page."""

    def __init__(self, now: dt.datetime) -> None:
        self._sink = _Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._at = now.timetuple()[:6]
        self._file: Any = None
        self._format, self._columns, self._first = "", (), True  # type: tuple[str, tuple[str, ...], bool]

    def start(self, section: Section, format: str) -> None:
        self._file = self._zip.open(self._info(f"{section.name}.{format}"), "w")
        self._format, self._columns, self._first = format, section.columns, True
        self._write(
            "[" if format == "json" else "\ufeff" + _csv([self._columns])
        )  # spreadsheets guess without the mark

    def add(self, rows: Sequence[Sequence[Any]]) -> None:
        if self._format == "csv":
            return self._write(_csv([[_cell(value) for value in row] for row in rows]))
        for row in rows:
            one = msgspec.json.encode(dict(zip(self._columns, row, strict=True))).decode()
            self._write(("\n" if self._first else ",\n") + one)
            self._first = False
        return None

    def end(self) -> None:
        if self._format == "json":
            self._write("\n]\n")
        self._file.close()

    def put(self, name: str, data: bytes) -> None:
        self._zip.writestr(self._info(name), data)

    def close(self) -> None:
        self._zip.close()

    def take(self) -> bytes:
        parts, self._sink.parts = self._sink.parts, []
        return b"".join(parts)

    def _info(self, name: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(name, self._at)
        info.compress_type = zipfile.ZIP_DEFLATED
        return info

    def _write(self, text: str) -> None:
        self._file.write(text.encode("utf-8", "replace"))


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return msgspec.json.encode(value).decode() if isinstance(value, list | bool) else value
