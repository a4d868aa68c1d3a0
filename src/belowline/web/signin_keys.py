"""The public keys of those who sign: fetched, kept for a while, and asked for again when a new key appears."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from belowline.errors import Unavailable
from belowline.outgoing import fetch_json
from belowline.rules import tokens

KEPT_S = 3600.0
AGAIN_S = 30.0  # an unknown key id asks the issuer at most this often, so that forged ones cannot flood it


class Documents:
    """JSON documents of issuers (keys, discovery), by their address."""

    def __init__(self, private: bool) -> None:
        self.private = private
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def get(self, url: str, no_older_than_s: float = KEPT_S) -> dict[str, Any]:
        """Raises Unavailable where there is none and none was kept."""
        async with self._locks.setdefault(url, asyncio.Lock()):
            kept = self._kept.get(url)
            if kept and time.monotonic() - kept[0] < no_older_than_s:
                return kept[1]
            try:
                found = await fetch_json(url, private=self.private)
            except Unavailable:
                if kept is None:
                    raise
                found = kept[1]  # an issuer that is down for a while keeps nobody out
            self._kept[url] = time.monotonic(), found
            return found

    async def key(self, url: str, algorithm: str, kid: str | None) -> tokens.AnyKey:
        """The key of an issuer's set. Raises Unauthorized for one that is not there, even after asking again."""
        for age in (KEPT_S, AGAIN_S):
            if found := tokens.find_key(key_set(await self.get(url, age)), algorithm, kid):
                return found
        raise tokens.refused("its key is not known")


def key_set(document: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set(document)  # type: ignore[arg-type]
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise Unavailable("The issuer's keys cannot be read.", code="issuer-silent") from error


async def key_in_file(path: str, algorithm: str, kid: str | None) -> tokens.AnyKey:
    """Read each time: a few hundred bytes, and a new file is found at once."""
    try:
        found = KeySet.import_key_set(json.loads(await asyncio.to_thread(Path(path).read_text, "utf-8")))
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        raise Unavailable("The publication's keys cannot be read.", code="issuer-silent") from error
    if key := tokens.find_key(found, algorithm, kid):
        return key
    raise tokens.refused("its key is not known")
