"""The list of erasures, beside the database: a backup that is restored brings erased people back, the list does not.

One JSON object a line, only ever added to, on the disk before anything is erased. It names nobody: a person by their
number and a keyed hash that fits only their own row, addresses by the keyed hashes that comments carry.
"""

import datetime as dt
import hashlib
import hmac
import os
from pathlib import Path

import msgspec

from belowline.errors import Unusable
from belowline.store.tables import to_us

NAME = "erasures.jsonl"


class Entry(msgspec.Struct, frozen=True):
    person: int | None
    print: str
    """Of the person's row; "" for a guest."""
    emails: list[str]
    texts: str
    asked_at: dt.datetime
    """Comments of these addresses that were written later are somebody's who came back."""


def print_of(person_id: int, made_at: dt.datetime, secret: str) -> str:
    """Fits one person of one installation: another one under the same number came at another moment."""
    said = f"erased person {person_id} {to_us(made_at)}"
    return hmac.new(secret.encode(), said.encode(), hashlib.sha256).hexdigest()


def note(folder: Path, entry: Entry) -> None:
    """Adds an entry, once, and returns when it is on the disk."""
    path = folder / NAME
    line = msgspec.json.encode(entry) + b"\n"
    if path.exists() and line in path.read_bytes():
        return
    new = not path.exists()
    with path.open("ab") as file:
        if file.tell() and not _ends_well(path):
            file.write(b"\n")  # who died while writing left half a line
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    if new:
        _sync_folder(folder)


def _ends_well(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def read(folder: Path) -> list[Entry]:
    """Every entry; half a line at the end, or one that we do not know, is passed over only where it is the last.

    Raises Unusable for a list that somebody has damaged: erased people would come back unnoticed.
    """
    try:
        lines = (folder / NAME).read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Unusable(f"Cannot read {folder / NAME}: {error.strerror}.") from error
    found: list[Entry] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(msgspec.json.decode(line, type=Entry))
        except msgspec.DecodeError as error:
            if line.strip() and _is_whole(line):
                raise Unusable(f"Line {number} of {folder / NAME} is damaged: {error}") from error
    return found


def _is_whole(line: bytes) -> bool:
    """A line that was written to its end: half a line is one whose erasure had not begun."""
    return line.rstrip().endswith(b"}")
