"""Sizes and windows as one writes them."""

import pytest

from firmer.app.sizes import Reach, Size
from firmer.detect.context import Window


@pytest.mark.parametrize(
    ("text", "size"), [("0", 0), ("512", 512), ("4kB", 4096), ("8MB", 8 << 20), ("2 GB", 2 << 30), ("1T", None), ("10B", 10)]
)
def test_sizes(text, size):
    if size is None:
        with pytest.raises(ValueError, match="is no size"):
            Size.parse(text)
    else:
        assert Size.parse(text) == size


@pytest.mark.parametrize("text", ["", "8 mb", "-1", "1.5GB", "MB", "0x10", "9" * 16])
def test_what_is_no_size(text):
    with pytest.raises(ValueError, match="is no size"):
        Size.parse(text)


@pytest.mark.parametrize("text", ["0", "1000", "4kB", "8MB", "2GB", "1025MB", "1TB"])
def test_sizes_are_written_as_they_are_read(text):
    assert str(Size.parse(text)) == text


@pytest.mark.parametrize(("text", "window"), [("30s", Window(ns=30 * 10**9)), (" 100 ", Window(events=100))])
def test_reaches_are_windows(text, window):
    assert Reach.parse(text).window == window


def test_what_is_no_reach():
    with pytest.raises(ValueError, match="neither a time"):
        Reach.parse("soon")
