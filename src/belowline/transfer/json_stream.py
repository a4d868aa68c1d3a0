"""JSON as a stream: the values at the places a source asks for, one at a time, whatever the file's size.

Reads one value or several one after another (JSON lines, with newlines inside values or not). What is
handed out is cut out whole by its brackets and decoded by msgspec; nothing else is kept.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec

from belowline.errors import Invalid
from belowline.transfer.records import Note
from belowline.transfer.streams import MAX_RECORD, Source

Path = tuple[str | int, ...]
Choice = Literal["enter", "take", "skip"]

# Up to the next bracket that is not inside a string, without going back (possessive).
_TO_BRACKET = re.compile(r'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n\ufeff]*")
_SCALAR = re.compile(r'"(?:[^"\\]++|\\.)*+"|[^\s,\[\]{}":]+', re.DOTALL)


class _Cut(Exception):
    """The text ends in the middle of a value."""


class _Text:
    """The file's text behind a window that moves on."""

    def __init__(self, chunks: Iterator[str], name: str) -> None:
        self.chunks, self.name = chunks, name
        self.buffer, self.at = "", 0
        self._line, self._counted = 1, 0

    def more(self) -> bool:
        """Reads on, letting go of what lies behind `at`; False at the end. Reads as much again as it
        still holds, so that a long value is looked through twice at most, not once a piece."""
        self.line()
        pieces = [self.buffer[self.at :]]
        wanted = len(pieces[0])
        while (chunk := next(self.chunks, None)) is not None:
            pieces.append(chunk)
            wanted -= len(chunk)
            if wanted <= 0 and chunk:
                break
        if len(pieces) == 1:
            return False
        self.buffer = "".join(pieces)
        self.at = self._counted = 0
        return True

    def line(self) -> int:
        self._line += self.buffer.count("\n", self._counted, self.at)
        self._counted = max(self._counted, self.at)
        return self._line

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            match = _SPACE.match(self.buffer, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self.more():
                return ""

    def expect(self, allowed: str) -> str:
        found = self.peek()
        if not found:
            raise _Cut
        if found not in allowed:
            raise Invalid(
                f"{self.name}, line {self.line()}: this is not JSON ({found!r} where one of {allowed} belongs)."
            )
        self.at += 1
        return found

    def expect_or_end(self, closing: str) -> bool:
        """False, and past it, where the closing bracket comes next."""
        found = self.peek()
        if not found:
            raise _Cut
        self.at += found == closing
        return found != closing

    def scalar(self, keep: bool = True) -> str:
        """The text of a string, number or word."""
        if self.peek() == "":
            raise _Cut
        while True:
            match = _SCALAR.match(self.buffer, self.at)
            if match and match.end() < len(self.buffer):
                self.at = match.end()
                return match[0]
            if not match and self.buffer[self.at] != '"':
                raise Invalid(f"{self.name}, line {self.line()}: this is not JSON ({self.buffer[self.at]!r}).")
            if keep and len(self.buffer) - self.at > 2 * MAX_RECORD:
                raise Invalid(
                    f"{self.name}, line {self.line()}: one string of more than {2 * MAX_RECORD:,} characters."
                )
            if not self.more():
                if match:
                    self.at = match.end()
                    return match[0]
                raise _Cut

    def whole(self, keep: bool) -> str | None:
        """The text of the next value; None where it is not kept, or longer than MAX_RECORD."""
        if self.peek() not in ("{", "["):
            found = self.scalar(keep)
            return found if keep and len(found) <= MAX_RECORD else None
        depth, size, start = 0, 0, self.at
        while True:
            match = _TO_BRACKET.match(self.buffer, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.buffer) and self.buffer[self.at] != '"':
                depth += 1 if self.buffer[self.at] in "{[" else -1
                self.at += 1
                if depth == 0:
                    return self.buffer[start : self.at] if keep and size + self.at - start <= MAX_RECORD else None
                continue
            size, start = self._go_on(keep, size, start)

    def _go_on(self, keep: bool, size: int, start: int) -> tuple[int, int]:
        """More text for whole(): keeps what it has so far unless that is too long already."""
        if keep and size == 0 and self.at - start <= MAX_RECORD:
            gone, self.at = self.at - start, start
            if not self.more():
                raise _Cut
            self.at = gone
            return 0, 0
        size += self.at - start
        if len(self.buffer) - self.at > 4 * MAX_RECORD:
            raise Invalid(f"{self.name}, line {self.line()}: one string of more than {4 * MAX_RECORD:,} characters.")
        if not self.more():
            raise _Cut
        return max(size, 1), 0


class JsonStream:
    """The values of one member of a source. `choose(path)` says of each container on the way whether to
    enter it, take it whole or skip it; everything else on an entered path is taken."""

    def __init__(self, source: Source, name: str, choose: Callable[[Path], Choice]) -> None:
        self._source, self._name, self._choose = source, name, choose
        self._text = _Text(source.chunks(name), name)

    def values(self) -> Iterator[tuple[Path, Any, str]]:
        """(path, value, "line N") in the file's order. The path starts with the number of the value in
        the file. A record that cannot be read is noted and left out; a file that ends too early gives what
        was whole and a note. Raises Invalid with the line where the brackets make no sense."""
        number = 0
        try:
            while self._text.peek():
                yield from self._value((number,))
                number += 1
                if self._text.peek() == ",":
                    self._text.at += 1
        except _Cut:
            self._source.cut(self._name, f"line {self._text.line()}")

    def _value(self, path: Path) -> Iterator[tuple[Path, Any, str]]:
        first = self._text.peek()
        choice = self._choose(path) if first in ("{", "[") else "take"
        if choice == "enter":
            yield from self._object(path) if first == "{" else self._array(path)
            return
        where = f"line {self._text.line()}"
        raw = self._text.whole(keep=choice == "take")
        if choice == "skip":
            return
        if raw is None:
            why = f"It is longer than {MAX_RECORD:,} characters."
            self._source.notes.append(Note(what="A record was left out.", why=why, where=where, left_out="comment"))
            return
        try:
            value = decode(raw)
        except (ValueError, RecursionError) as problem:
            why = f"It cannot be read: {problem}."
            self._source.notes.append(Note(what="A record was left out.", why=why, where=where, left_out="comment"))
            return
        yield path, value, where

    def _object(self, path: Path) -> Iterator[tuple[Path, Any, str]]:
        text = self._text
        text.expect("{")
        while text.expect_or_end("}"):
            key = decode(text.scalar())
            text.expect(":")
            yield from self._value((*path, str(key)))
            if text.expect(",}") == "}":
                return

    def _array(self, path: Path) -> Iterator[tuple[Path, Any, str]]:
        text = self._text
        text.expect("[")
        index = 0
        while text.expect_or_end("]"):
            yield from self._value((*path, index))
            index += 1
            if text.expect(",]") == "]":
                return


def decode(raw: str) -> Any:
    """One JSON value; what msgspec is too strict for (lone surrogates, raw newlines) json may read."""
    try:
        return msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeEncodeError):
        return json.loads(raw, strict=False)
