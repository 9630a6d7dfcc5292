"""Values as lines and JSON have them, by type and print format."""

import pytest

VALUES = [
    ("proc.name", ("setuid<", 100, 0, 5), b"bash", "bash"),
    ("evt.rawres", ("setuid<", 100, -1, 5), b"-1", -1),
    ("evt.failed", ("setuid<", 100, -1, 5), b"true", True),
    ("evt.is_io", ("setuid<", 100, 0, 5), b"false", False),
    ("evt.reltime", ("setuid<", 100, 0, 5), b"000000000", 0),
    ("evt.rawtime.ns", ("setuid<", 100, 0, 5), b"000001000", 1000),
    ("evt.rawarg.flags", ("openat<", 100, 3, -100, "/a", 0x102, 0, 0, 0), b"102", "102"),
    ("evt.rawarg.length", ("mmap<", 100, 0, 1, 1, 1, 0, 4096, 1, 1, 3, 0), b"4096", 4096),
    ("evt.buffer", ("read<", 100, 4, b"a\nb\xff", 3, 4), b"a.b.", "a.b."),
    ("fd.types", ("read<", 100, 4, b"abcd", 3, 4), None, ["file", "directory"]),
    ("evt.pluginname", ("setuid<", 100, 0, 5), None, None),
]


@pytest.mark.parametrize(("field", "event", "text", "value"), VALUES)
def test_values(ask, field, event, text, value):
    got = ask(field, event)
    assert (sorted(got) == sorted(value)) if isinstance(value, list) else (got == value and type(got) is type(value))
    if text is not None:
        assert ask(field, event, text=True) == text


def test_lists_stand_in_brackets(ask):
    assert ask("fd.types", ("read<", 100, 4, b"abcd", 3, 4), text=True) in (b"(file,directory)", b"(directory,file)")


def test_what_is_not_utf8_is_replaced_in_json_only(ask):
    event = ("chdir<", 100, 0, b"/a\xff")
    assert ask("evt.arg.path", event) == "/a\ufffd"
    assert ask("evt.arg.path", event, text=True) == b"/a\xff"


def test_a_time_is_a_number_in_json(ask):
    assert ask("evt.time.iso8601", ("setuid<", 100, 0, 5)) == 1_000_000_001_000
    assert ask("evt.time.iso8601", ("setuid<", 100, 0, 5), text=True) == b"1970-01-01T00:16:40.000001000+0000"
