"""The public keys of those who sign: an issuer's, asked for again when a new one appears, or those in a file.

Imported where a token has come, as rules/jwts.py is.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from belowline.errors import Unavailable
from belowline.rules import jwts, tokens
from belowline.web.issuers import KEPT_S, Documents

AGAIN_S = 30.0  # an unknown key id asks the issuer at most this often, so that forged ones cannot flood it


async def key_of(issuers: Documents, url: str, algorithm: str, kid: str | None) -> jwts.AnyKey:
    """The key of an issuer's set. Raises Unauthorized for one that is not there, even after asking again."""
    for age in (KEPT_S, AGAIN_S):
        if found := jwts.find_key(_key_set(await issuers.get(url, age)), algorithm, kid):
            return found
    raise tokens.refused("its key is not known")


def _key_set(document: dict[str, Any]) -> KeySet:
    try:
        return KeySet.import_key_set(document)  # type: ignore[arg-type]
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise Unavailable("The issuer's keys cannot be read.", code="issuer-silent") from error


async def key_in_file(path: str, algorithm: str, kid: str | None) -> jwts.AnyKey:
    """Read each time: a few hundred bytes, and a new file is found at once."""
    try:
        found = KeySet.import_key_set(json.loads(await asyncio.to_thread(Path(path).read_text, "utf-8")))
    except (OSError, ValueError, KeyError, TypeError, JoseError) as error:
        raise Unavailable("The publication's keys cannot be read.", code="issuer-silent") from error
    if key := jwts.find_key(found, algorithm, kid):
        return key
    raise tokens.refused("its key is not known")
