"""evt.arg, evt.rawarg, evt.buffer: single parameters."""

import pytest

OPENAT = ("openat<", 100, 3, -100, "a", 0x102, 0o644, 5, 7)
ARG = [
    ("evt.arg.flags", OPENAT, "O_TRUNC|O_WRONLY"),
    ("evt.arg.mode", OPENAT, "0644"),
    ("evt.arg.name", OPENAT, "/home/a"),
    ("evt.arg.dirfd", OPENAT, "AT_FDCWD"),
    ("evt.arg.fd", OPENAT, "<f>/home/a"),
    ("evt.arg[0]", OPENAT, "<f>/home/a"),
    ("evt.arg[2]", OPENAT, "/home/a"),
    ("evt.arg[99]", OPENAT, None),
    ("evt.arg.newpath", OPENAT, None),
    ("evt.arg.flags", ("openat<", 100, -2, -100, "a", 64 << 20, 0, 0, 0), str(64 << 20)),
    ("evt.arg.flags", ("openat<", 100, -2, -100, "a", None, 0, 0, 0), "<NA>"),
    ("evt.arg.res", ("close<", 100, 0, 3), "0"),
    ("evt.arg.res", ("close<", 100, -9, 3), "EBADF"),
    ("evt.arg.uid", ("setuid<", 100, 0, 0), "root"),
    ("evt.arg.target", ("symlink<", 100, 0, "a", "b"), "a"),
    ("evt.arg.linkpath", ("symlink<", 100, 0, "a", "b"), "/home/b"),
    ("evt.arg.ID", (1, 100, 36, 109), "setpgid"),
]


@pytest.mark.parametrize(("field", "event", "value"), ARG)
@pytest.mark.parametrize("output", [False, True])
def test_arg_is_what_stands_in_brackets(ask, field, event, value, output):
    assert ask(field, event, output=output) == value


def test_texts_of_flags_are_kept_by_value_and_type(ask):
    clone = ("unshare<", 100, 0, 1)
    events = (OPENAT, clone, OPENAT)
    assert ask("evt.arg.flags", *events) == "O_TRUNC|O_WRONLY"
    assert ask("evt.arg.flags", *events[:2]) == "CLONE_FILES"


RAW = [
    ("evt.rawarg.flags", OPENAT, 0x102, "102"),
    ("evt.rawarg.mode", OPENAT, 0o644, "0644"),
    ("evt.rawarg.name", OPENAT, "a", "a"),
    ("evt.rawarg.fd", OPENAT, 3, 3),
    ("evt.rawarg.dirfd", OPENAT, -100, -100),
    ("evt.rawarg.res", ("close<", 100, -9, 3), -9, -9),
    ("evt.rawarg.sig", ("kill<", 100, 0, 1, 9), 9, 9),
    ("evt.rawarg.tuple", ("connect<", 100, 0, b"", 77, None), "", None),
    ("evt.rawarg.data", ("read<", 100, 3, b"a\nb", 3, 4), "a.b", "a.b"),
    ("evt.rawarg.size", OPENAT, None, None),
]


@pytest.mark.parametrize(("field", "event", "filtered", "printed"), RAW)
def test_rawarg_is_the_number_or_text(ask, field, event, filtered, printed):
    assert ask(field, event, output=False) == filtered
    assert ask(field, event, output=True) == printed


SYSDIG_RAW = [
    ("evt.rawarg.res", (5, 100, -9), -9),
    ("evt.rawarg.size", (6, 100, 3, 4096), None),
    ("evt.rawarg.name", (307, 100, 3, 4, "a", 1, 0, 0, 0), "a"),
]


@pytest.mark.parametrize(("field", "event", "printed"), SYSDIG_RAW)
def test_sysdig_prints_no_unsigned_numbers(ask, field, event, printed):
    assert ask(field, event, dialect="sysdig") == printed


def test_sysdig_filters_by_them(ask):
    assert ask("evt.rawarg.size", (6, 100, 3, 4096), dialect="sysdig", output=False) == 4096


@pytest.mark.parametrize(
    ("event", "text"),
    [(("read<", 100, 3, b"a\xffb", 3, 4), b"a.b"), (("read<", 100, 0, b"", 3, 4), b""), (("close<", 100, 0, 3), None)],
)
def test_buffer(ask, event, text):
    assert ask("evt.buffer", event, text=True) == text
