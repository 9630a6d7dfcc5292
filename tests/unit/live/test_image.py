"""The compiled probe, kept: nothing changes on the way, and nobody else's file is taken."""

import os
import struct

import pytest

from firmer.live import image
from firmer.live.bpf import Shape

MOVE = bytes([0xB7, 0]) + struct.pack("<hi", 0, 0x18)  # r0 = 0x18: looks like a load, is none


def load(source, number):
    return bytes([image.LOAD_64, 1 | source << 4]) + struct.pack("<hi", 0, number) + struct.pack("<q", 0)


CODE = MOVE + load(1, 40) + load(0, 41) + load(1, 41) + MOVE
IMAGE = image.Image({"first": Shape(2, 4, 8, 1, 0x400), "second": Shape(27, 0, 0, 4096, 0)}, {"f": CODE})


def test_only_maps_are_numbered():
    placed = image.numbered(CODE, {40: 0, 41: 1})
    assert placed == MOVE + load(1, 0) + load(0, 41) + load(1, 1) + MOVE
    assert image.numbered(placed, {0: 40, 1: 41}) == CODE


def test_relocated_has_this_starts_descriptors():
    made = image.Image(IMAGE.maps, {"f": load(1, 1)})
    assert image.relocated(made, {"first": 7, "second": 9}) == {"f": load(1, 9)}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def test_what_is_kept_is_found(folder):
    image.keep(folder, "key", IMAGE)
    assert image.find(folder, "key") == IMAGE
    assert image.find(folder, "other") is None
    assert folder.stat().st_mode & 0o777 == 0o700 and (folder / "key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "{", "{}", '{"maps": {}, "programs": {"f": 3}}', '{"maps": {"m": {"x": 1}}, "programs": {}}'])
def test_a_damaged_file_is_compiled_anew(folder, text):
    image.keep(folder, "key", IMAGE)
    (folder / "key").write_text(text)
    assert image.find(folder, "key") is None


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_others_may_write_is_not_taken(folder, what):
    image.keep(folder, "key", IMAGE)
    os.chmod(folder / "key" if what == "file" else folder, 0o777)
    assert image.find(folder, "key") is None


def test_a_link_is_not_taken(folder, tmp_path):
    image.keep(folder, "key", IMAGE)
    (folder / "key").rename(tmp_path / "elsewhere")
    (folder / "key").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").chmod(0o666)
    assert image.find(folder, "key") is None


def test_where_nothing_may_be_written_nothing_is_kept(tmp_path):
    (tmp_path / "cache").write_text("a file")
    image.keep(tmp_path / "cache", "key", IMAGE)
    assert (tmp_path / "cache").read_text() == "a file"


def test_few_are_kept(folder):
    for k in range(image.MOST + 3):
        image.keep(folder, f"key{k}", IMAGE)
    assert len(list(folder.iterdir())) == image.MOST and (folder / f"key{image.MOST + 2}").exists()


def test_the_key_follows_text_and_options():
    keys = {image.key(text, flags) for text in ("a", "b") for flags in ([], ["-DX=1"], ["-DX=2"])}
    assert len(keys) == 6
