"""Numbers, flags, signals, addresses as text."""

import pytest

from firmer.events.render import flags_text, number_text, rendered

NUMBERS = [
    ("dec", 0, b"0"),
    ("dec", -5, b"-5"),
    ("dec", -(2**63), b"-9223372036854775808"),
    ("hex", 0x55DB0DE73000, b"55DB0DE73000"),
    ("hex", 0, b"0"),
    ("lowhex", 0xFFFF88003C420800, b"ffff88003c420800"),
    ("oct", 0o666, b"0666"),
    ("oct", 0, b"0"),
    ("pad", 0, b"000000000"),
    ("pad", 32797667, b"032797667"),
    ("pad", 999999999, b"999999999"),
    ("pad", 1234567890, b"1234567890"),
    ("pad", 2**64 - 1, b"18446744073709551615"),
    ("seconds", 1_000_000_000, b"1"),
    ("seconds", 1_500_000, b"0.0015"),
    ("seconds", 0, b"0"),
    ("signals", 0b101, b"SIGHUP SIGQUIT"),
    ("signals", 0, b""),
]


@pytest.mark.parametrize(("form", "value", "text"), NUMBERS)
def test_numbers(form, value, text):
    assert number_text(form, value) == text


OPEN = [(b"O_CREAT", 4), (b"O_RDWR", 3), (b"O_WRONLY", 2), (b"O_RDONLY", 1), (b"O_NONE", 0)]
FLAGS = [
    (OPEN, 1, b"O_RDONLY"),
    (OPEN, 3, b"O_RDWR"),
    (OPEN, 7, b"O_CREAT|O_RDWR"),
    (OPEN, 0, b"O_NONE"),
    (OPEN[:-1], 0, b""),
    (OPEN, 64, b""),
    ([(b"A", 1), (b"B", 2), (b"AB", 3), (b"C", 3)], 3, b"A|B|AB"),
]


@pytest.mark.parametrize(("table", "value", "text"), FLAGS)
def test_flags_take_their_bits_away_and_an_equal_entry_ends_the_walk(table, value, text):
    assert flags_text(table, value) == text


V4 = bytes([10, 0, 0, 79])
V6 = bytes.fromhex("20010db8000000000000000000000004")
MAPPED = bytes(10) + b"\xff\xff" + V4
UNIX = bytes(8) + bytes.fromhex("0008423c0088ffff")
ADDRESSES = [
    ("ip", V4, b"10.0.0.79"),
    ("ip", V6, b"2001:db8::4"),
    ("ip", MAPPED, b"::ffff:10.0.0.79"),
    ("ip", b"123", b""),
    ("sockaddr", b"\x02" + V4 + b"\x16\x00", b"10.0.0.79:22"),
    ("sockaddr", b"\x0a" + V6 + b"\x00\x00", b"2001:db8::4:0"),
    ("sockaddr", b"\x0a" + bytes(18), b":::0"),
    ("sockaddr", b"\x01/run/x\x00rest", b"/run/x"),
    ("sockaddr", b"\x10", b"family 16"),
    ("sockaddr", b"\x02" + V4, b"INVALID IPv4"),
    ("sockaddr", b"\x0a" + V4, b"INVALID IPv6"),
    ("sockaddr", b"", b"<NA>"),
    ("socktuple", b"\x02" + V4 + b"\x50\x00" + V4 + b"\xbb\x01", b"10.0.0.79:80->10.0.0.79:443"),
    ("socktuple", b"\x0a" + V6 + b"\x50\x00" + V6 + b"\xbb\x01", b"2001:db8::4:80->2001:db8::4:443"),
    ("socktuple", b"\x0a" + MAPPED + b"\x50\x00" + bytes(16) + b"\xbb\x01", b"10.0.0.79:80->0.0.0.0:443"),
    ("socktuple", b"\x01" + UNIX + b"/run/nscd\x00", b"0->ffff88003c420800 /run/nscd"),
    ("socktuple", b"\x01" + UNIX[:4], b"family 1"),
    ("socktuple", b"\x02" + V4, b"INVALID IPv4"),
    ("socktuple", b"", b"NULL"),
    ("dotted", b"a\nb\x80c", b"a.b.c"),
    ("printable", b"a\nb\x80c\x00d", b"abc"),
]


@pytest.mark.parametrize(("kind", "data", "text"), ADDRESSES)
def test_addresses(kind, data, text):
    assert rendered(kind, data) == text


def test_sysdig_drops_what_is_not_printable():
    assert rendered("socktuple", b"\x01" + UNIX + b"/r\nu\x80n\x00", True) == b"0->ffff88003c420800 /run"
    assert rendered("sockaddr", b"", True) == b"NULL"
