"""What the API takes for a body: JSON that says it is.

Anything else a page of another origin may send without asking first: as a form, as plain text, as nothing at all.
https://fetch.spec.whatwg.org/#cors-safelisted-request-header
"""

from belowline.errors import NotJson
from belowline.web.guards import AnyRequest

_SENTENCE = "The API takes JSON: send the body with “Content-Type: application/json”."


def is_json(content_type: bytes) -> bool:
    if content_type == b"application/json":  # nearly all
        return True
    kind = content_type.partition(b";")[0].strip().lower()
    return kind == b"application/json" or (kind.startswith(b"application/") and kind.endswith(b"+json"))


async def must_be_json(request: AnyRequest) -> None:
    """Before each request that the framework sees. Raises NotJson for a body that is called anything else."""
    if request.method in ("GET", "HEAD") or not request.scope["path"].startswith("/api/v1/"):
        return
    content_type = request.headers.get("content-type", "").encode("latin-1", "replace")
    if not is_json(content_type) and await request.body():
        raise NotJson(_SENTENCE)
