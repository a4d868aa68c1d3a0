"""The language of one request: what its page or browser asks for, or what the person who is signed in chose.

A browser says it in Accept-Language, and so does our script, which asks in the language of the discussion that
it stands in. It goes along with the request's task, so that no handler has to carry it.
"""

from contextvars import ContextVar
from typing import Any

from litestar import Request

from belowline.words import accepted, known

_ASKED: ContextVar[str | None] = ContextVar("language", default=None)


async def hear(request: Request[Any, Any, Any]) -> None:
    """Before each request that the framework sees."""
    _ASKED.set(accepted(request.headers.get("accept-language", "")))


def chosen(lang: str | None) -> None:
    """A person is signed in who has chosen this one, or none."""
    if found := known(lang):
        _ASKED.set(found)


def asked() -> str | None:
    """One of ours, or None: nothing was said, or nothing that we speak."""
    return _ASKED.get()
