"""Requests that this server makes to others: one guard for all of them.

An address that somebody configured or an issuer named must not lead into our own network: the host's addresses
are looked up once, checked, and the connection goes to the checked one, so that a second look-up cannot differ.
"""

import asyncio
import ipaddress
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx2
import msgspec

from belowline.errors import Unavailable

TIMEOUT_S = 10
MAX_BYTES = 512 * 1024


class NotAllowed(Unavailable):
    code = "address-not-allowed"


async def fetch_json(url: str, *, private: bool = False, **request: Any) -> dict[str, Any]:
    """A JSON object by GET, or by POST where `data` is given. Redirects are not followed.

    `private` allows addresses of private networks and plain http. Raises Unavailable.
    """
    body = await _fetch(url, private, **request)
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unavailable(f"{urlsplit(url).hostname} did not answer as expected.", code="issuer-silent") from error


async def send_json(url: str, body: bytes, headers: dict[str, str], *, private: bool = False) -> bytes:
    """Posts a JSON body as it is; the answer's body, of any 2xx. Raises Unavailable."""
    return await _fetch(url, private, content=body, headers={**headers, "content-type": "application/json"})


async def send(url: str, body: bytes, headers: dict[str, str], *, private: bool = False) -> int:
    """Posts bytes; the answer's status, whatever it is. Raises Unavailable where there is none."""
    host, pinned = await _pinned(url, private)
    sent = {**headers, "host": urlsplit(url).netloc}
    try:
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", pinned, content=body, headers=sent, extensions={"sni_hostname": host}) as answer,
        ):
            return answer.status_code  # what it says beside is not read
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise Unavailable(f"{host} does not answer just now.", code="silent") from error


async def _fetch(
    url: str,
    private: bool,
    *,
    data: dict[str, str] | None = None,
    content: bytes | None = None,
    headers: dict[str, str] | None = None,
    auth: Any = None,
) -> bytes:
    host, pinned = await _pinned(url, private)
    sent = {"host": urlsplit(url).netloc, "accept": "application/json", **(headers or {})}
    silent = Unavailable(f"{host} does not answer just now. Please try again in a moment.", code="issuer-silent")
    try:
        async with (
            httpx2.AsyncClient(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "GET" if data is None and content is None else "POST",
                pinned,
                data=data,
                content=content,
                headers=sent,
                auth=auth,
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            body = b""
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > MAX_BYTES:
                    raise silent
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        raise silent from error
    if not 200 <= answer.status_code < 300:
        raise silent
    return body


async def _pinned(url: str, private: bool) -> tuple[str, str]:
    """(host, the same URL by a checked address). Raises NotAllowed."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        raise NotAllowed("This is no web address.") from error
    if not host or parts.username or parts.scheme not in (("https", "http") if private else ("https",)):
        raise NotAllowed(f"Only https addresses are asked, not {parts.scheme}://{host}.")
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable(f"There is no host {host}.", code="issuer-silent") from error
    addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
    if not private and not all(_public(one) for one in addresses):
        raise NotAllowed(f"{host} is in a private network, which this server does not ask.")
    address = addresses[0]
    place = f"[{address}]" if address.version == 6 else str(address)
    return host, parts._replace(netloc=f"{place}:{port}").geturl()


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (inner := address.ipv4_mapped or address.sixtofour):
        return _public(inner)
    return address.is_global and not address.is_multicast
