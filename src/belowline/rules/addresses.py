"""Network addresses: what of one counts as the same place."""

import ipaddress
import re
from functools import lru_cache

_WITH_PORT = re.compile(r"\[(.*)\](?::\d+)?|([\d.]+):\d+")


@lru_cache(maxsize=4096)
def place(address: str) -> str:
    """An address as limits count it: IPv4 whole, of IPv6 the first 64 bits; as it came where it is neither.

    Takes it as proxies write it, with a port or in brackets, and IPv4 as a socket for both sees it.
    """
    if found := _WITH_PORT.fullmatch(address):
        address = found[1] or found[2] or ""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(known), 64), strict=False))
