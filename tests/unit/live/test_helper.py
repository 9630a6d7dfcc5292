"""A child that looks at processes for its parent."""

import os
import signal
import socket

import pytest

from firmer.events.section import Section, ThreadEntry
from firmer.live.helper import Helper, HelperGone, exactly
from firmer.live.privileges import TO_SCAN, held
from firmer.live.scan import Scan


def look(epoch):
    if epoch == 13:
        raise ValueError("unlucky")
    here = [os.getpid(), len(os.listdir("/proc/self/fd")), *(name in held() for name in TO_SCAN), len(held())]
    return Scan(Section(threads=[ThreadEntry(number, 1, 1) for number in here]), {7: epoch})


@pytest.fixture
def helper():
    before = os.open("/dev/null", os.O_RDONLY)  # a descriptor that the child must not keep
    helper = Helper(look)
    yield helper
    os.close(before)
    helper.close()


def test_it_looks_from_a_process_of_its_own_with_two_rights_at_most(helper):
    found = helper.scan(5)
    pid, descriptors, *_, rights = (thread.tid for thread in found.section.threads)
    assert found.read_at_ns == {7: 5} and pid == helper.pid != os.getpid()
    assert rights == len(set(TO_SCAN) & held()) and descriptors <= 5


def test_it_answers_again_and_what_it_raises_is_raised_here(helper):
    with pytest.raises(ValueError, match="unlucky"):
        helper.scan(13)
    assert helper.scan(6).read_at_ns == {7: 6}


def test_signals_of_the_terminal_leave_it_alone(helper):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(helper.pid, number)
    assert helper.scan(1).read_at_ns == {7: 1}


def test_its_end_is_told(helper):
    os.kill(helper.pid, signal.SIGKILL)
    with pytest.raises(HelperGone):
        for _ in range(2):
            helper.scan(1)


def test_a_short_answer_is_an_end():
    one, other = socket.socketpair()
    one.sendall(b"abc")
    one.close()
    with pytest.raises(EOFError):
        exactly(other, 4)
    other.close()
