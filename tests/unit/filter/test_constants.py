"""Constants, by type."""

import socket

import pytest

from firmer.filter.constants import convert, hex_bytes

GOOD = [
    ("signed", "INT64", "-1", -1), ("signed", "INT64", "+3", 3), ("signed", "INT64", "007", 7), ("signed", "INT32", "4294967295", -1),
    ("signed", "INT64", "9223372036854775808", -(2**63)), ("unsigned", "UINT64", "18446744073709551615", 2**64 - 1),
    ("unsigned", "UINT32", "4294967296", 0), ("unsigned", "RELTIME", "5000000000", 5 * 10**9),
    ("bool", "BOOL", "true", 1), ("bool", "BOOL", "false", 0),
    ("port", "PORT", "80", 80), ("port", "PORT", "http", 80), ("port", "PORT", "70000", 4464), ("port", "PORT", "", 0),
    ("ip", "IPADDR", "1.2.3.4", bytes([1, 2, 3, 4])), ("ip", "IPADDR", "::1", bytes(15) + b"\1"),
    ("net", "IPNET", "10.1.2.3/8", (bytes([10, 0, 0, 0]), 8)),
    ("net", "IPNET", "0.0.0.0/0", (bytes(4), 0)), ("net", "IPNET", "::1", (bytes(15) + b"\1", 128)),
    ("net", "IPNET", "fe80::/10", (b"\xfe\x80" + bytes(14), 10)),
    ("text", "CHARBUF", "ü", "ü".encode()), ("text", "CHARBUF", "\udcff", b"\xff"), ("double", "DOUBLE", "12", 12),
]  # fmt: skip
BAD = [
    ("signed", "INT64", "three"), ("signed", "INT64", "3.0"), ("signed", "INT64", "0x4"), ("signed", "INT64", "1e3"), ("signed", "INT64", ""),
    ("signed", "INT64", "3 "), ("signed", "INT64", "٣"), ("unsigned", "UINT32", "-1"), ("unsigned", "UINT32", "root"),
    ("bool", "BOOL", "TRUE"), ("bool", "BOOL", "1"), ("port", "PORT", "-1"), ("port", "PORT", "no-such-service"),
    ("ip", "IPADDR", "1.2.3"), ("ip", "IPADDR", "1.2.3.400"), ("ip", "IPADDR", "x"), ("ip", "IPADDR", "::ffff:1.2.3.4"), ("ip", "IPADDR", ""),
    ("net", "IPNET", "10.0.0.1"), ("net", "IPNET", "10.0.0.0/33"), ("net", "IPNET", "10.0.0.0/x"), ("net", "IPNET", "/8"), ("net", "IPNET", "::/129"),
    ("net", "IPNET", "10.0.0.0/-1"),
]  # fmt: skip


@pytest.mark.parametrize("kind, type, text, constant", GOOD)
def test_what_a_constant_writes(kind, type, text, constant):
    assert convert(text, type, kind) == constant


@pytest.mark.parametrize("kind, type, text", BAD)
def test_what_is_no_constant(kind, type, text):
    with pytest.raises(ValueError, match="is n"):
        convert(text, type, kind)


@pytest.mark.parametrize(
    "text",
    ["0.0.0.0", "255.255.255.255", "1.2.3.256", "01.2.3.4", "1.2.3.00", "1.2.3.4.5", "1.2.3.", "1..3.4", " 1.2.3.4", "1.2.3.4\n", "1.2.3.٣"],
)  # fmt: skip
def test_an_ipv4_address_is_what_the_c_library_takes_for_one(text):
    try:
        expected = socket.inet_pton(socket.AF_INET, text)
    except (OSError, UnicodeError):
        expected = None
    try:
        assert convert(text, "IPADDR", "ip") == expected
    except ValueError:
        assert expected is None


def test_bytes_in_hexadecimal():
    assert hex_bytes("00fF") == b"\x00\xff"
    assert hex_bytes("") == b""
    for bad in ("616", "xx", "6 1"):
        with pytest.raises(ValueError):
            hex_bytes(bad)


def test_a_number_of_any_length_is_read_at_once():
    assert convert("9" * 100000, "UINT64", "unsigned") < 2**64
