"""What of a network address counts as the same place."""

import pytest

from belowline.rules.addresses import place


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7:49152", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),  # as a socket for both protocols sees IPv4
        ("::ffff:192.0.2.8", "192.0.2.8"),
        ("::1", "::/64"),
        ("unknown", "unknown"),
        ("_hidden", "_hidden"),
        ("192.0.2.7 ", "192.0.2.7 "),
        ("", ""),
    ],
)
def test_place(address: str, counted: str) -> None:
    assert place(address) == counted
