"""Messages to bytes and back, and bytes that are no message."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmer.live.protobuf import MAP, MOST, NUMBER, TEXT, Malformed, Many, decode, encode

SHAPE = {
    1: ("id", TEXT),
    2: ("made", NUMBER),
    3: ("labels", MAP),
    4: ("mounts", Many({1: ("path", TEXT), 3: ("readonly", NUMBER)})),
    5: ("image", {1: ("name", TEXT)}),
    6: ("words", Many(TEXT)),
}
ENTRY = encode({1: "app", 2: "web"})

MESSAGES = [
    (b"", {}),
    (b"\x0a\x03web", {"id": "web"}),
    (b"\x0a\x03web\x0a\x02db", {"id": "db"}),
    (b"\x0a\x02\xff\xfe", {"id": "\ufffd\ufffd"}),
    (b"\x10\x96\x01", {"made": 150}),
    (b"\x10" + b"\xff" * 9 + b"\x01", {"made": -1}),
    (b"\x1a" + bytes([len(ENTRY)]) + ENTRY, {"labels": {"app": "web"}}),
    (b"\x1a\x00", {"labels": {"": ""}}),
    (encode({4: encode({1: "/a", 3: 1})}) + encode({4: encode({1: "/b"})}), {"mounts": [{"path": "/a", "readonly": 1}, {"path": "/b"}]}),
    (encode({5: encode({1: "nginx"})}), {"image": {"name": "nginx"}}),
    (encode({6: "a"}) + encode({6: "b"}), {"words": ["a", "b"]}),
    # what is not asked for: a number, bytes, both fixed sizes
    (b"\x48\x01\x52\x01x\x59" + bytes(8) + b"\x65" + bytes(4) + b"\x0a\x01a", {"id": "a"}),
]
BAD = {
    "cut in a key": b"\x80",
    "cut in a number": b"\x10\xff",
    "a number of eleven bytes": b"\x10" + b"\xff" * 10 + b"\x01",
    "longer than the message": b"\x0a\x05web",
    "as long as can be said": b"\x0a" + b"\xff" * 9 + b"\x01",
    "cut in a fixed number": b"\x59\x00",
    "a group": b"\x0b\x0c",
    "a number for a text": b"\x08\x01",
    "a text for a number": b"\x12\x01x",
    "a number for a message": b"\x28\x01",
    "a number for an entry": b"\x18\x01",
    "a bad message inside": b"\x2a\x02\x0a\x05",
}


@pytest.mark.parametrize(("data", "found"), MESSAGES, ids=range(len(MESSAGES)))
def test_messages(data, found):
    assert decode(data, SHAPE) == found


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_what_is_no_message(data):
    with pytest.raises(Malformed):
        decode(data, SHAPE)


def test_what_is_repeated_has_an_end():
    data = encode({4: b""}) * 1000 + b"".join(encode({3: encode({1: str(k)})}) for k in range(1000))
    found = decode(data, SHAPE)
    assert (len(found["mounts"]), len(found["labels"])) == (MOST, MOST)


@given(st.text(max_size=300), st.integers(0, 2**63 - 1))
def test_what_is_written_is_read(text, number):
    assert decode(encode({1: text, 2: number}), SHAPE) == {"id": text, "made": number}


@given(st.binary(max_size=60))
def test_any_bytes_end(data):
    with suppress(Malformed):
        assert set(decode(data, SHAPE)) <= {name for name, _ in SHAPE.values()}
