"""How much of a capture is read."""

from io import StringIO
from types import SimpleNamespace

from firmer.detect.progress import Progress


def test_shows_what_grew():
    out = StringIO()
    reader = SimpleNamespace(size=1000, position=0)
    progress = Progress(reader, out)
    for reader.position in (0, 1, 500, 500):
        progress.show()
    progress.finish()
    assert out.getvalue() == "\r\r50.00\r     \r100.00\n"


def test_what_has_no_size_shows_the_end_only():
    out = StringIO()
    progress = Progress(SimpleNamespace(size=None, position=7), out)
    progress.show()
    progress.finish()
    assert out.getvalue() == "\r\r100.00\n"
