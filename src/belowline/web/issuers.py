"""What issuers say of themselves and their keys: JSON documents, fetched and kept for a while."""

import asyncio
import time
from typing import Any

from belowline.errors import Unavailable
from belowline.outgoing import fetch_json

KEPT_S = 3600.0


class Documents:
    """By their address."""

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
