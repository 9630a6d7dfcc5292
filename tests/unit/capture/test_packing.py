"""gzip in pieces."""

import gzip
import random
import zlib

import pytest

from firmer.capture.packing import PIECE, Packer

NOISE = random.Random(3).randbytes(PIECE + 7)
WORDS = b"openat read close " * (3 * PIECE // 18)

CONTENTS = [
    pytest.param([], id="nothing"),
    pytest.param([b"a"], id="a-byte"),
    pytest.param([NOISE], id="more-than-a-piece"),
    pytest.param([WORDS[at : at + 100_000] for at in range(0, len(WORDS), 100_000)], id="several-pieces"),
]


@pytest.mark.parametrize("contents", CONTENTS)
@pytest.mark.parametrize("threads", [1, 3])
def test_is_one_gzip_member(contents, threads):
    packer = Packer(threads)
    made = b"".join([packer.compress(content) for content in contents] + [packer.flush()])
    reader = zlib.decompressobj(wbits=31)
    assert reader.decompress(made) == b"".join(contents) and reader.eof and not reader.unused_data


def test_what_was_flushed_can_be_read():
    packer = Packer(2)
    made = packer.compress(b"first") + packer.flush(zlib.Z_SYNC_FLUSH)
    assert zlib.decompressobj(wbits=31).decompress(made) == b"first"
    assert gzip.decompress(made + packer.compress(b"second") + packer.flush()) == b"firstsecond"


def test_pieces_know_what_stands_before_them():
    """Content that repeats over the border of pieces costs next to nothing."""
    packer = Packer(2)
    block = NOISE[:20_000]
    made = b"".join([packer.compress(block * (PIECE // len(block) * 3)), packer.flush()])
    assert len(made) < 2 * len(block)
