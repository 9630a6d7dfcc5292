"""The ring keeps what windows may ask for, within its limit, and knows the state at the first event of a window."""

import pytest
from scap import open_and_close

from firmer.capture.reader import Reader
from firmer.detect.ring import Blocks


def test_blocks_in_memory_read_like_a_capture():
    content = open_and_close()
    events = list(Reader("memory", source=Blocks(content)).events_iter())
    assert b"".join(event.block_bytes for event in events) == content


def test_no_blocks_are_an_empty_capture():
    assert list(Reader("memory", source=Blocks(b"")).events_iter()) == []


@pytest.mark.parametrize("n", [1, 7, 1 << 20])
def test_blocks_come_in_pieces_as_asked(n):
    blocks = Blocks(b"events")
    pieces = []
    while piece := blocks.read(n):
        pieces.append(piece)
    assert b"".join(pieces) == Blocks.header + b"events"
    assert max(map(len, pieces)) <= n
