"""What was typed into a form of ours: kept with the request, so that a page that can only say no gives it back."""

from collections.abc import MutableMapping
from typing import Any, cast

from belowline.web.guards import AnyRequest

_KEPT = "belowline.typed"
TEXTS = ("text", "passage", "claim", "source", "explanation", "answer", "about", "note", "word", "question")
"""Fields of our forms that take sentences."""


async def form_of(request: AnyRequest) -> dict[str, str]:
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    _scope(request)[_KEPT] = form
    return form


def typed(request: AnyRequest) -> str:
    """The sentences in the form that this request sent; empty where it sent none, or was refused before it was read."""
    form: dict[str, str] = _scope(request).get(_KEPT, {})
    return "\n\n".join(form[name].strip() for name in TEXTS if form.get(name, "").strip())


def _scope(request: AnyRequest) -> MutableMapping[str, Any]:
    return cast(MutableMapping[str, Any], request.scope)
