"""The OpenAPI document as readers of it need it: our errors, in our words, instead of the framework's stock ones."""

import copy
from typing import Any

from litestar import Request
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin

from belowline.snapshots.render import Renderer

_SAID = {
    "200": "What was asked for.",
    "201": "It is made, and this is it.",
    "204": "It is done; there is nothing more to say.",
}
_STREAM = "Events as they come, for as long as the connection stands."
_PROBLEM = {
    "description": "It was not done, and nothing was changed: a problem document says why.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_PROBLEM_SCHEMA = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 has it. Show `detail` to people; let programs go by `code`.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "A name for this kind of problem; no page stands there."},
        "title": {"type": "string", "description": "The kind of problem in a few words."},
        "status": {"type": "integer", "description": "The answer's HTTP status again."},
        "detail": {"type": "string", "description": "A plain sentence for people."},
        "code": {"type": "string", "description": "A name that stays, such as discussion-closed or token-over."},
        "fields": {
            "type": "object",
            "additionalProperties": {"type": "string"},
            "description": "Which fields are wrong, and for each a sentence that says how.",
        },
    },
}


def in_our_words(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's document with what our calls really answer."""
    told = copy.deepcopy(document)
    for item in told.get("paths", {}).values():
        for operation in item.values():
            good = {status: one for status, one in operation["responses"].items() if status < "300"}
            for status, one in good.items():
                streams = "text/event-stream" in one.get("content", {})
                one["description"] = _STREAM if streams else _SAID.get(status, _SAID["200"])
            operation["responses"] = {**good, "4XX": _PROBLEM}
    told.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM_SCHEMA
    return told


class ReadablePage(OpenAPIRenderPlugin):
    """The API's document as a page of ours: no script, nothing from elsewhere."""

    def __init__(self, renderer: Renderer) -> None:
        super().__init__(path="/", media_type="text/html")  # type: ignore[arg-type]
        self._renderer = renderer

    def render(self, request: Request, openapi_schema: dict[str, object]) -> bytes:  # type: ignore[type-arg]  # noqa: ARG002
        return self._renderer.api_page(in_our_words(openapi_schema)).encode()


class Document(JsonRenderPlugin):
    """The same for programs."""

    def render(self, request: Request, openapi_schema: dict[str, object]) -> bytes:  # type: ignore[type-arg]
        return super().render(request, in_our_words(openapi_schema))
