"""Words for kinds of descriptors and protocols, as fields show them."""

import pytest

from firmer.events.section import FdEntry

KINDS = [
    # type number of the list, word, letter today, letter of sysdig
    (1, "file", "f", "f"),
    (2, "directory", "d", "d"),
    (7, "pipe", "p", "p"),
    (8, "unix", "u", "u"),
    (9, "event", "e", "e"),
    (10, "<NA>", "X", "X"),
    (11, "signalfd", "s", "s"),
    (12, "eventpoll", "l", "l"),
    (13, "inotify", "i", "i"),
    (14, "timerfd", "t", "t"),
    (15, "netlink", "n", "n"),
    (16, "file", "f", "f"),
    (17, "bpf", "b", "?"),
    (18, "userfaultfd", "u", "?"),
    (19, "io_uring", "r", "?"),
    (20, "memfd", "m", "?"),
    (21, "pidfd", "P", "?"),
]


@pytest.mark.parametrize("kind,word,letter,sysdig_letter", KINDS)
def test_kind(ask_worker, kind, word, letter, sysdig_letter):
    fds = {30: [FdEntry(9, kind, 1, b"x")]}
    read = ("read>", 30, 9, 10), ("read<", 30, 0, b"", 9, 10)
    assert ask_worker("fd.type", *read, fds=fds) == word
    assert ask_worker("fd.typechar", *read, fds=fds) == letter
    assert ask_worker("fd.typechar", *read, fds=fds, dialect="sysdig") == sysdig_letter
