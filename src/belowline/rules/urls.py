"""When two addresses mean one page."""

import contextlib
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_NOISE = frozenset(
    (
        "fbclid",
        "gclid",
        "dclid",
        "msclkid",
        "yclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "ref_src",
        "amp",
        "replytocom",
        "share",
        "fb_comment_id",
        "fb_action_ids",
        "fb_action_types",
        "fb_source",
        "action_object_map",
    )
)
"""Parameters that trackers and comment plugins add; utm_* as well."""
_PORTS = {"http": 80, "https": 443}
_INDEX = frozenset({"index.html", "index.htm", "index.php"})


def same_page(url: str) -> str:
    """The address without what does not change the page: equal for two addresses of one page.

    http counts as https, and the following are dropped: www., the usual port, user and password, the
    fragment, trackers' parameters, the order of the others, a trailing slash, index.html, needless
    percent signs. `?p=4` stays, as does the case of the path. A path alone ("/story/") works as well.
    What is no address comes back trimmed.
    """
    written = url.strip().replace("\\", "/")
    try:
        parts = urlsplit(written)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return written
    if parts.scheme not in ("http", "https", "") or (parts.scheme and not host):
        return written
    host = host.removeprefix("www.")
    with contextlib.suppress(UnicodeError):
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    place = f"{host}:{port}" if port and port != _PORTS.get(parts.scheme) else host
    query = urlencode(sorted((k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if not _noise(k)))
    path = _path(parts.path)
    return (f"https://{place}" if place else "") + path + (f"?{query}" if query else "")


def spellings(url: str) -> list[str]:
    """How a page's address is usually written, to look it up among addresses that were kept as they were given:
    by http and https, with and without www., a slash at the end, percent signs. At most 18."""
    page = same_page(url)
    parts = urlsplit(page)
    if not parts.netloc:
        return list(dict.fromkeys((url, page)))
    bare = {path.rstrip("/") for path in (parts.path, quote(parts.path, safe="/%:@!$&'()*+,;=~"))}
    tails = [path + end + (f"?{parts.query}" if parts.query else "") for path in sorted(bare) for end in ("", "/")]
    starts = [f"{scheme}://{www}{parts.netloc}" for scheme in ("https", "http") for www in ("", "www.")]
    return list(dict.fromkeys([url, page, *(start + tail for start in starts for tail in tails)]))


def _noise(parameter: str) -> bool:
    lowered = parameter.lower()
    return lowered in _NOISE or lowered.startswith("utm_")


def _path(path: str) -> str:
    pieces = path.split("/")
    if pieces[-1].lower() in _INDEX:
        pieces[-1] = ""
    plain = "/".join(piece if "%2f" in piece.lower() else unquote(piece) for piece in pieces)
    return plain.rstrip("/") or "/"
