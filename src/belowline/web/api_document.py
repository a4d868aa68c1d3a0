"""The OpenAPI document as readers of it need it: our errors, in our words, instead of the framework's stock ones."""

import copy
from typing import Any

from litestar import Request, Response, Router
from litestar.datastructures import ResponseHeader
from litestar.exceptions import NotFoundException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.plugins import JsonRenderPlugin, OpenAPIRenderPlugin

from belowline.snapshots.build import PRIVATE_HEADERS
from belowline.snapshots.render import Renderer
from belowline.web.api_words import add_words

_SAID = {
    "200": "What was asked for.",
    "201": "It is made, and this is it.",
    "204": "It is done; there is nothing more to say.",
}
_PROBLEM = {
    "description": "It was not done, and nothing was changed: a problem document says why.",
    "headers": {
        "Retry-After": {"schema": {"type": "integer"}, "description": "With 429: seconds after which it may work."}
    },
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

_NEWS = {
    "title": "News",
    "description": "Published comments, oldest first: `roots[i]` is the top of the thread of `ids[i]`.",
    "type": "object",
    "required": ["count", "ids", "roots"],
    "properties": {
        "count": {"type": "integer", "description": "Published comments of the story."},
        "ids": {"type": "array", "items": {"type": "integer"}, "description": "At most 100."},
        "roots": {"type": "array", "items": {"type": "integer"}},
    },
}
_LIVE = {
    "summary": "New comments as they come",
    "description": "With `Accept: text/event-stream` server-sent events whose data is News; else News once.",
    "operationId": "ApiV1StoriesSlugLive",
    "parameters": [
        {"name": "slug", "in": "path", "required": True, "schema": {"type": "string"}},
        {
            "name": "after",
            "in": "query",
            "schema": {"type": "integer", "minimum": 0},
            "description": "the last comment that is known: what came after it is told first",
        },
    ],
    "responses": {
        "200": {
            "description": "",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/News"}},
                "text/event-stream": {"schema": {"type": "string"}},
            },
        }
    },
}
"""Answered before the framework (web/live_door.py), which therefore does not know of it."""
_SCHEMES = {
    "newsroom": "An API key: the operator's link, printed at start, gives one.",
    "reader": "The access token of a session (POST /api/v1/sites/{site}/session); our own pages send a cookie instead.",
    "writer": "The token that came with the comment when it was sent.",
}
_GUEST = {
    "name": "Belowline-Guest",
    "in": "header",
    "schema": {"type": "string"},
    "description": "the mark that an earlier answer gave this browser as `guest`, so that a guest is known again",
}
_BY_GUESTS = {
    ("post", "/api/v1/stories/{slug}/comments"),
    ("get", "/api/v1/stories/{slug}/mine"),
    ("put", "/api/v1/comments/{comment_id}/vote"),
    ("put", "/api/v1/comments/{comment_id}/parent"),
    ("post", "/api/v1/comments/{comment_id}/reports"),
    ("post", "/api/v1/stories/{slug}/corrections"),
}
_BY_WRITERS = {("patch", "/api/v1/comments/{comment_id}"), ("delete", "/api/v1/comments/{comment_id}")}


def answers(what: Any, media: str = "application/json") -> dict[int, ResponseSpec]:
    """For handlers whose own type does not say what they answer: ready bytes, or an answer of several kinds."""
    return {200: ResponseSpec(what, generate_examples=False, media_type=media)}


def in_our_words(document: dict[str, Any]) -> dict[str, Any]:
    """The framework's document with what our calls really answer."""
    told = copy.deepcopy(document)
    told.setdefault("paths", {})["/api/v1/stories/{slug}/live"] = {"get": copy.deepcopy(_LIVE)}
    for path, item in told["paths"].items():
        for method, operation in item.items():
            good = {status: one for status, one in operation["responses"].items() if status < "300"}
            for status, one in good.items():
                one["description"] = _SAID.get(status, _SAID["200"])
            operation["responses"] = {**good, "default": _PROBLEM}
            if (method, path) in _BY_GUESTS:
                operation.setdefault("parameters", []).append(_GUEST)
            if keys := _keys(method, path, operation["summary"]):
                operation["security"] = [{name: []} if name else {} for name in keys]
    parts = told.setdefault("components", {})
    parts.setdefault("schemas", {}).update(Problem=_PROBLEM_SCHEMA, News=_NEWS)
    add_words(parts["schemas"])
    parts["securitySchemes"] = {
        name: {"type": "http", "scheme": "bearer", "description": said} for name, said in _SCHEMES.items()
    }
    return told


def _keys(method: str, path: str, summary: str) -> list[str]:
    """Who may call it; "" is anybody."""
    if "(newsroom)" in summary:
        return ["newsroom"]
    if "signed in" in summary or path.endswith(("/visit", "/mute")):
        return ["reader"]
    if (method, path) in _BY_WRITERS:
        return ["writer", "reader"]
    return ["", "reader"] if (method, path) in _BY_GUESTS else []


_HEADERS = [ResponseHeader(name=name.decode(), value=value.decode()) for name, value in PRIVATE_HEADERS]
_HEADERS.append(ResponseHeader(name="cache-control", value="public, max-age=300"))
_HEADERS.append(ResponseHeader(name="access-control-allow-origin", value="*"))  # for tools that read the document


def router() -> Router:
    """The addresses of document and page, with the headers of all our pages."""
    return Router(
        "/api", route_handlers=[], include_in_schema=False, response_headers=_HEADERS, after_request=_in_our_way
    )


async def _in_our_way(answer: Response[Any]) -> Response[Any]:
    """The framework has an error page of its own for addresses that are not there."""
    if answer.status_code == 404:
        raise NotFoundException
    return answer


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
