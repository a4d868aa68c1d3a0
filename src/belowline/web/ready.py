"""From a checked request to ready bytes: the canonical key and the build that belongs to it."""

from functools import partial
from typing import Any
from urllib.parse import quote

from litestar.types import ASGIApp

from belowline.snapshots.serve import Answer
from belowline.snapshots.shelf import Build
from belowline.web.house import House


async def ready(house: House, path: str, query: dict[str, Any], build: Any, *args: Any, fresh: bool = False) -> ASGIApp:
    """The snapshot of path and query (None left out), built by `build(conn, *args)` if it is not there.

    `fresh`: wait for one that shows all that is committed: a writer always sees their own write.
    """
    key = path, _query_string(query).encode()
    made: Build = partial(_call, build, args)
    answer: ASGIApp = Answer(await house.shelf.fetch(key, made, fresh))  # type: ignore[assignment]
    return answer


def _call(build: Any, args: tuple[Any, ...], conn: Any) -> Any:
    return build(conn, *args)


def _query_string(query: dict[str, Any]) -> str:
    """As URLSearchParams writes it: then the browser's own query string finds the shelf directly."""
    pairs = [
        f"{name}={_escape(str(one))}"
        for name, value in query.items()
        if value is not None
        for one in (value if isinstance(value, list) else [value])
    ]
    return "&".join(pairs)


def _escape(value: str) -> str:
    return quote(value, safe="*-._ ", errors="replace").replace(" ", "+").replace("~", "%7E")
