"""Where content comes from: plain and compressed, growing and damaged files, standard input."""

import gzip
import os
import subprocess
import sys
import tracemalloc

import pytest
from scap import call, head, open_and_close

from firmer.capture.cursor import Damage
from firmer.capture.reader import Reader, read_all
from firmer.capture.source import Source
from firmer.errors import BadCapture

CONTENT = b"".join(b"%d " % n for n in range(20_000))


def read_to_end(source, n=1 << 16):
    content = b""
    while piece := source.read(n):
        content += piece
    return content


def stored(tmp_path, content):
    path = tmp_path / "content.whatever"
    path.write_bytes(content)
    return str(path)


@pytest.mark.parametrize(
    ("packed", "notes"),
    [
        pytest.param(CONTENT, {}, id="plain"),
        pytest.param(b"\x1f", {}, id="one byte of the gzip magic"),
        pytest.param(gzip.compress(CONTENT), {}, id="gzip"),
        pytest.param(gzip.compress(CONTENT[:5]) + gzip.compress(b"") + gzip.compress(CONTENT[5:]), {}, id="gzip members"),
        pytest.param(gzip.compress(CONTENT) + b"\0" * 512, {}, id="padded with zeros"),
        pytest.param(gzip.compress(CONTENT) + b"rubbish", {"bytes after the last gzip member ignored": 1}, id="rubbish behind"),
        pytest.param(gzip.compress(CONTENT) + b"\x1f", {"bytes after the last gzip member ignored": 1}, id="one byte behind"),
    ],
)
@pytest.mark.parametrize("n", [100, 1 << 20])
def test_content_decides(tmp_path, packed, notes, n):
    path = stored(tmp_path, packed)
    source = Source(path)
    assert read_to_end(source, n) == (
        gzip.decompress(packed.removesuffix(b"rubbish").rstrip(b"\x1f")) if packed[1:2] == b"\x8b" else packed
    )
    assert source.notes == notes
    assert (source.read(n), source.size) == (b"", len(packed))
    assert source.position >= len(packed.rstrip(b"\0")) - 8


@pytest.mark.parametrize("n", [100, 1 << 20])
def test_a_cut_member_gives_what_can_be_unpacked(tmp_path, n):
    packed = gzip.compress(CONTENT)
    content = b""
    source = Source(stored(tmp_path, packed[: len(packed) // 2]))
    with pytest.raises(Damage, match="ends within a member"):
        while piece := source.read(n):
            content += piece
    assert len(content) > len(CONTENT) // 3 and CONTENT.startswith(content)


@pytest.mark.parametrize("at", [12, 5_000, -6, -2], ids=["first block", "middle", "checksum", "length"])
def test_a_damaged_member_gives_what_came_before(tmp_path, at):
    packed = bytearray(gzip.compress(CONTENT))
    packed[at] ^= 0xFF
    content = b""
    source = Source(stored(tmp_path, bytes(packed)))
    for _ in range(2):
        with pytest.raises(Damage, match="gzip data"):
            while piece := source.read(1000):
                content += piece
    if at < 0:
        assert content == CONTENT


def test_a_bomb_takes_no_more_memory_than_a_chunk(tmp_path):
    path = stored(tmp_path, gzip.compress(bytes(1 << 26)))
    source = Source(path)
    tracemalloc.start()
    total = 0
    while piece := source.read(1 << 16):
        total += len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 1 << 26
    assert peak < 1 << 20


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_a_growing_file_is_followed_until_stopped(tmp_path, pack):
    capture = pack(head() + open_and_close())
    path = stored(tmp_path, capture[:2])
    rest = [capture[n : n + 50] for n in range(2, len(capture), 50)]

    def grow(_seconds):
        if rest:
            with open(path, "ab") as file:
                file.write(rest.pop(0))
        else:
            source.stop()

    source = Source(path, follow=True, sleep=grow)
    assert [event.type for event in Reader(path, source=source).events_iter()] == [306, 307, 4, 5]


def test_following_stopped_within_a_block_is_no_damage(tmp_path):
    path = stored(tmp_path, (head() + open_and_close())[:-7])
    source = Source(path, follow=True, sleep=lambda _: source.stop())
    assert len(list(Reader(path, source=source).events_iter())) == 3


def test_a_followed_file_that_shrinks_is_damage(tmp_path):
    path = stored(tmp_path, head() + open_and_close())
    source = Source(path, follow=True, sleep=lambda _: os.truncate(path, 10))
    with pytest.raises(BadCapture, match="shrank to 10 bytes"):
        list(Reader(path, source=source).events_iter())


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_standard_input(pack):
    program = "from firmer.capture.reader import read_all; print([event.type for event in read_all('-')])"
    ran = subprocess.run([sys.executable, "-c", program], input=pack(head() + open_and_close()), capture_output=True, check=True)
    assert ran.stdout == b"[306, 307, 4, 5]\n"


def test_compressed_captures_read_like_plain_ones(tmp_path):
    capture = head() + b"".join(call(5, b"", tid=n) for n in range(5_000))
    path = stored(tmp_path, gzip.compress(capture[:100_001]) + gzip.compress(capture[100_001:]))
    assert [event.tid for event in read_all(path)] == list(range(5_000))
