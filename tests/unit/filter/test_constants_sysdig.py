"""Constants as sysdig reads them; messages are tested with whole filters in test_sysdig.py."""

import pytest

from firmer.filter.constants_sysdig import CONVERSIONS, convert
from firmer.filter.tree import KINDS

GOOD = [
    ("10", "INT32", "signed", 10),
    (" \t-7", "INT64", "signed", -7),
    ("4294967295", "INT32", "signed", -1),
    ("-1", "UINT32", "unsigned", 0xFFFFFFFF),
    ("9" * 200, "UINT64", "unsigned", (1 << 64) - 1),
    ("9" * 200, "INT64", "signed", (1 << 63) - 1),
    ("true", "BOOL", "bool", 1),
    ("65537", "PORT", "port", 1),
    ("https", "PORT", "port", 443),
    ("::1", "IPADDR", "ip", bytes(15) + b"\1"),
    ("10.9.8.7/8", "IPNET", "net", (b"\x0a\0\0\0", 8)),
    ("a\0b", "CHARBUF", "text", b"a"),
    ("a\0b", "BYTEBUF", "buffer", b"a\0b"),
]  # fmt: skip
BAD = [
    ("10 ", "unsigned"), ("", "signed"), ("0x10", "signed"), ("1", "bool"), ("-1", "port"), ("nosuch", "port"), ("1.2", "ip"), ("x", "ip"),
    ("1.2.3.4", "net"), ("1.2.3.4/33", "net"), ("1.2.3.4/-1", "net"), ("1.2.3/8", "net"), ("::1/64", "net"),
]  # fmt: skip


@pytest.mark.parametrize("text, type, kind, value", GOOD)
def test_value(text, type, kind, value):
    assert convert(text, type, kind) == value


@pytest.mark.parametrize("text, kind", BAD)
def test_refused(text, kind):
    with pytest.raises(ValueError):
        convert(text, "", kind)


def test_every_kind_has_a_conversion():
    assert set(KINDS) == set(CONVERSIONS)
