"""Event blocks from their values."""

from struct import unpack_from

import pytest
from scap import CLOSE_X, CONTAINER, READ_X, s64

from firmer.capture.encode import block, encode_event


@pytest.mark.parametrize("size", range(9))
def test_blocks_are_padded_and_framed(size):
    made = block(0x7777, b"x" * size)
    assert len(made) % 4 == 0
    assert unpack_from("<II", made) == (0x7777, len(made))
    assert unpack_from("<I", made, len(made) - 4) == (len(made),)


@pytest.mark.parametrize(
    ("kind", "how", "expected"),
    [
        pytest.param(CLOSE_X, {}, 0x216, id="ordinary"),
        pytest.param(CLOSE_X, {"flags": 1}, 0x217, id="ordinary with flags"),
        pytest.param(CONTAINER, {}, 0x221, id="large by its type"),
        pytest.param(CONTAINER, {"flags": 1}, 0x222, id="large with flags"),
        pytest.param(CLOSE_X, {"generation": 1}, 0x204, id="first generation"),
        pytest.param(CLOSE_X, {"generation": 1, "flags": 1}, 0x208, id="first generation with flags"),
    ],
)
def test_block_id_follows_type_flags_and_generation(kind, how, expected):
    assert unpack_from("<I", encode_event(kind, 1, 2, [s64(0)], **how)) == (expected,)


@pytest.mark.parametrize(
    ("kind", "params", "how", "said"),
    [
        pytest.param(454, [], {}, "not in the table", id="type above the table"),
        pytest.param(-1, [], {}, "not in the table", id="negative type"),
        pytest.param(READ_X, [b""] * 33, {}, "at most 32", id="33 parameters"),
        pytest.param(READ_X, [b"x" * 65536], {}, "at most 65535", id="length above 16 bits"),
        pytest.param(READ_X, [b"x" * 65535], {}, "allows 65544", id="block above the readers' limit"),
        pytest.param(READ_X, [], {"generation": 3}, "does not exist", id="unknown generation"),
    ],
)
def test_what_no_reader_takes_is_refused(kind, params, how, said):
    with pytest.raises(ValueError, match=said):
        encode_event(kind, 1, 2, params, **how)
