"""Descriptors that are closed or copied."""

import fcntl
import os

import pytest
from live.lowlevel import call

COMMANDS = {fcntl.F_GETFD: 2, fcntl.F_SETFD: 3, fcntl.F_GETFL: 4, fcntl.F_SETFL: 5, fcntl.F_GETOWN: 12, 1032: 29, 1025: 24, 4242: 0}


def test_copies(stage):
    def act():
        call(32, 0)
        os.dup2(0, 90)
        call(292, 0, 91, os.O_CLOEXEC)
        fcntl.fcntl(0, fcntl.F_DUPFD_CLOEXEC, 92)
        call(32, 500)

    seen = stage.run(act, "dup", "dup2", "dup3", "fcntl")
    first, failed = seen.of("dup")[0], seen.of("dup")[-1]
    three = next(event for event in seen.of("dup3") if event.newfd == 91)
    moved = next(event for event in seen.of("fcntl") if event.cmd == 26)
    assert first.oldfd == 0 and first.res > 0 and (failed.res, failed.oldfd) == (-9, 500)
    assert (three.res, three.oldfd, three.flags) == (91, 0, 4096)
    assert (moved.res >= 92, moved.fd, moved.arg) == (True, 0, 92)
    assert 90 in [event.newfd for event in seen.of("dup2", "dup3")]


@pytest.mark.parametrize(("kernel", "portable"), COMMANDS.items())
def test_commands_are_portable(stage, kernel, portable):
    found = stage.run(lambda: call(72, 1, kernel, 0), "fcntl").of("fcntl")[0]
    assert (found.fd, found.cmd) == (1, portable)


def test_closing(stage):
    def act():
        os.dup2(0, 993)
        os.close(993)
        call(3, 994)
        os.dup2(0, 995)
        call(436, 995, 996, 4)

    seen = stage.run(act, "close", "close_range")
    assert [(event.res, event.fd) for event in seen.of("close") if event.fd in (993, 994)] == [(0, 993), (-9, 994)]
    ranged = seen.one("close_range")
    assert ranged.res in (0, -22) and (ranged.first, ranged.last, ranged.flags) == (995, 996, 4)  # -22: before 5.11, which has no such flag


def test_descriptors_are_signed(stage):
    assert (-9, -5) in [(event.res, event.fd) for event in stage.run(lambda: call(3, -5), "close").of("close")]
