"""Recordings for tests: a capture that tells a small story, what our printer says of captures, and writing them anew."""

import io
import sys
from pathlib import Path

from scap import CLOSE_E, CLOSE_X, OPENAT_E, OPENAT_X, READ_E, READ_X, call, head, s64, u32

from firmer.detect.dig import Dig

LINE = "*%evt.rawtime %evt.cpu %thread.tid %proc.name %evt.dir %evt.type %fd.name %evt.args"
PATHS = (b"/etc/a\0", b"/etc/b\0", b"/etc/c\0", b"/etc/d\0")


def story() -> bytes:
    """Twenty-four events: four files opened, read and closed, 100 ms apart."""
    blocks, at = [], 0
    for path in PATHS:
        for kind, params in (
            (OPENAT_E, (s64(-100), path, u32(1), u32(0))),
            (OPENAT_X, (s64(5), s64(-100), path, u32(1), u32(0), u32(3), s64(0))),
            (READ_E, (s64(5), u32(4))),
            (READ_X, (s64(4), b"abcd")),
            (CLOSE_E, (s64(5),)),
            (CLOSE_X, (s64(0),)),
        ):
            blocks.append(call(kind, *params, at=at))
            at += 100_000
    return head() + b"".join(blocks)


def lines(*paths: object, text: str = "") -> list[bytes]:
    """What our own printer says of these captures."""
    out = io.BytesIO()
    assert Dig(LINE, filter=text).run([str(path) for path in paths], out) == 0
    return out.getvalue().splitlines()


def write(capture: str, path: Path, text: str = "", **settings: object) -> list[Path]:
    """The files that `dig -w` makes, in order."""
    assert Dig(LINE, filter=text, write=str(path), **settings).run([capture], sys.stdout.buffer) == 0
    return sorted(path.parent.glob(path.name + "*"), key=lambda found: (len(found.name), found.name))
