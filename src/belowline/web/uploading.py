"""A form with one large file, written to the disk as it comes: a few hundred KiB of memory, whatever its size.

The fields stand before the file in the form, so that what is wrong with them is said before the file is read.
"""

import asyncio
import errno
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import IO

from multipart import MultipartError, MultipartSegment, PushMultipartParser

from belowline.errors import BadRequest, Invalid, TooLarge, Unavailable
from belowline.transfer.uploads import FULL
from belowline.web.guards import AnyRequest

FIELDS = 64 * 1024  # bytes of a field
SEGMENTS = 20
PIECE = 1 << 20  # written at once
SPARE = 64 << 20  # bytes that stay free on the disk

Opened = Callable[[dict[str, str], str], Awaitable[Path]]
"""Told the fields and the file's name; says where the file goes, or raises."""


def check_size(request: AnyRequest, limit_mb: int, where: Path) -> None:
    """Before anything is read. Raises TooLarge and Unavailable."""
    announced = request.headers.get("content-length", "")
    size = int(announced) if announced.isascii() and announced.isdigit() and len(announced) < 19 else 0
    if size > (limit_mb << 20) + FIELDS:
        raise _too_large(limit_mb)
    if size + SPARE > shutil.disk_usage(where).free:
        raise Unavailable(FULL, code="disk-full")


async def receive(request: AnyRequest, limit_mb: int, opened: Opened) -> None:
    """Reads the form and writes its file. Raises BadRequest, Invalid, TooLarge, Unavailable, and what `opened` does."""
    kind, options = request.content_type
    if kind != "multipart/form-data" or not options.get("boundary"):
        raise BadRequest("A file is sent as multipart/form-data.")
    form = _Form(limit_mb, opened)
    try:
        with PushMultipartParser(options["boundary"], max_segment_count=SEGMENTS) as parser:
            async for chunk in _stream(request):
                for event in parser.parse(chunk):
                    await form.take(event)
    except MultipartError as error:
        raise BadRequest("The file did not come whole; please send it again.") from error
    except OSError as error:
        raise Unavailable(FULL if error.errno == errno.ENOSPC else "The file cannot be written to the disk.") from error
    finally:
        await form.close()
    if not form.got_file:
        raise Invalid("Please choose a file.", fields={"file": "Please choose one."})


async def _stream(request: AnyRequest) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


class _Form:
    def __init__(self, limit_mb: int, opened: Opened) -> None:
        self._limit_mb, self._opened = limit_mb, opened
        self._fields: dict[str, str] = {}
        self._segment: MultipartSegment | None = None
        self._file: IO[bytes] | None = None
        self._waiting = bytearray()
        self._size = 0
        self.got_file = False

    async def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._segment = event
            if event.filename and not self.got_file:
                self._file = (await self._opened(self._fields, event.filename)).open("wb")
                self.got_file = True
        elif event is not None:
            await self._piece(event)
        elif self._file is not None:
            await self.close()
            if self._size == 0:
                raise Invalid("The file is empty.", fields={"file": "It is empty."})
        elif self._segment is not None and not self._segment.filename:
            self._fields[self._segment.name] = self._waiting.decode("utf-8", "replace")
            self._waiting.clear()

    async def _piece(self, piece: bytes | bytearray) -> None:
        if self._file is None and self._segment is not None and self._segment.filename:
            return  # a second file
        self._waiting += piece
        if self._file is None:
            if len(self._waiting) > FIELDS:
                raise BadRequest("A field of the form is too long.")
            return
        self._size += len(piece)
        if self._size > self._limit_mb << 20:
            raise _too_large(self._limit_mb)
        if len(self._waiting) >= PIECE:
            await self._write()

    async def _write(self) -> None:
        if self._file is not None and self._waiting:
            taken, self._waiting = bytes(self._waiting), bytearray()
            await asyncio.to_thread(self._file.write, taken)

    async def close(self) -> None:
        if self._file is not None:
            file = self._file
            try:
                await self._write()
            finally:
                self._file = None
                await asyncio.to_thread(file.close)


def _too_large(limit_mb: int) -> TooLarge:
    return TooLarge(
        f"The file is larger than {limit_mb:,} MiB, the most that can be uploaded here. Compress it (gzip or zip), "
        "have the operator raise upload_mb, or import it on the server: belowline import SOURCE FILE."
    )
