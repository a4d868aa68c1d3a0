"""Errors as RFC 9457 problem documents for programs and as pages for people."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException

from belowline.errors import NOT_SAVED, BadRequest, Problem, Unavailable
from belowline.snapshots.build import PRIVATE_HEADERS
from belowline.web.guards import AnyRequest
from belowline.web.language import asked
from belowline.web.typed import typed
from belowline.words import N_, accepted
from belowline.words.catalogue import catalogue

log = structlog.get_logger()

_TITLES = {
    400: N_("This request cannot be understood"),
    401: N_("Please sign in"),
    403: N_("This is not allowed"),
    404: N_("Nothing is here"),
    405: N_("This address does not take that"),
    409: N_("This is not possible any more"),
    413: N_("This is too large"),
    422: N_("Something has to be changed"),
    429: N_("Too much at once"),
    503: N_("Not possible just now"),
}
_TITLES_BY_CODE = {"nudge": "Please look at it once more"}
_PLACE = re.compile(r"(/(?:stories|comments)/[^/]+)/")
_NOT_JSON = N_("The body is not JSON that can be read: UTF-8, and nested a few levels at most.")
_SENTENCES = {
    404: N_("There is no page at this address."),
    405: N_("This address cannot be used in this way."),
    413: N_("What you sent is larger than 64 KiB."),
    500: NOT_SAVED,
}


def plain_headers() -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in PRIVATE_HEADERS} | {"cache-control": "no-store"}


def answer(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Any exception as an answer."""
    problem = _problem(error)
    if isinstance(problem, Unavailable):  # not our doing: a line, though it be one for each request
        log.error("request failed", path=request.url.path, why=str(error.__cause__ or error))
    elif problem.status >= 500:
        log.error("request failed", path=request.url.path, exc_info=error)
    lang = asked() or accepted(request.headers.get("accept-language", ""))  # no handler: nobody has heard it yet
    headers = {"retry-after": str(problem.retry_after)} if problem.retry_after else {}
    if isinstance(error, MethodNotAllowedException) and error.headers:
        headers["allow"] = error.headers["allow"].replace("GET", "GET, HEAD")  # web/head.py
    if problem.code == "desk-sign-in" and request.method == "GET":
        return _to_sign_in(request)
    if wants_json(request):
        headers |= {"access-control-allow-origin": "*", "cache-control": "no-store"}
        return Response(
            document(problem, lang), status_code=problem.status, media_type="application/problem+json", headers=headers
        )
    signin = _sign_in(request) if problem.status == 401 and request.method == "GET" else ""
    page = request.app.state.house.speaking(lang).problem_page(
        problem.status, title(problem), problem.message, signin, typed(request), _back(request, problem)
    )
    return Response(
        page.encode(),
        status_code=problem.status,
        media_type="text/html",
        headers=plain_headers() | headers,
    )


def _to_sign_in(request: AnyRequest) -> Response[bytes]:
    """From a page that asks for a fresh sign-in, and back to it afterwards; a part of a page changes nothing."""
    if request.headers.get("hx-request"):
        return Response(b"", status_code=401, headers=plain_headers() | {"hx-refresh": "true"})
    return Response(b"", status_code=303, headers=plain_headers() | {"location": _sign_in(request)})


def _back(request: AnyRequest, problem: Problem) -> str:
    """From what cannot be done with a comment or under a story, to where it stands."""
    found = _PLACE.match(request.url.path)
    return "" if found is None or problem.status == HTTPStatus.NOT_FOUND else f"{found[1]}#discussion"


def _sign_in(request: AnyRequest) -> str:
    """The page where one signs in, and comes back to this one."""
    place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"/signin?next={quote(place)}"


def document(problem: Problem, lang: str | None = None) -> bytes:
    """RFC 9457. `code` and `fields` are our extensions. `lang`: the reader's, one of ours."""
    say = catalogue(lang or "en").sentence
    body: dict[str, Any] = {
        "type": f"about:blank#{problem.code}",
        "title": say(title(problem)),
        "status": problem.status,
        "detail": say(problem.message),
        "code": problem.code,
    }
    if problem.fields:
        body["fields"] = {name: say(sentence) for name, sentence in problem.fields.items()}
    return msgspec.json.encode(body)


def title(problem: Problem) -> str:
    return _TITLES_BY_CODE.get(problem.code) or _TITLES.get(problem.status) or HTTPStatus(problem.status).phrase


def wants_json(request: AnyRequest) -> bool:
    return request.url.path.startswith(("/api/", "/embed/"))


def _problem(error: Exception) -> Problem:
    if isinstance(error, Problem):
        return error
    if isinstance(error, UnicodeDecodeError | RecursionError):  # by msgspec, of a body
        return BadRequest(_NOT_JSON)
    made = Problem(_SENTENCES[500])
    if isinstance(error, HTTPException):
        made.status, made.code = error.status_code, HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
        made.message = _SENTENCES.get(error.status_code) or error.detail
        if isinstance(error, ValidationException):
            made.fields = _fields(error)
            if list(made.fields.values()) == ["'data'"]:  # the framework's word for no body at all
                return BadRequest(_NOT_JSON)
            made.message = "; ".join(f"{name}: {what}" for name, what in made.fields.items()) or error.detail
    return made


def _fields(error: ValidationException) -> dict[str, str]:
    extra = error.extra if isinstance(error.extra, list) else []
    found = {str(one.get("key", "body")): str(one.get("message", "")) for one in extra if isinstance(one, dict)}
    return {"body" if name == "data" else name: sentence for name, sentence in found.items()}
