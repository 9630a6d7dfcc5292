"""Signals as wishes."""

import os
import signal

import pytest

from firmer.app.signals import Signals


def test_reload_and_end_are_noted_and_interrupt_nothing():
    with Signals() as signals:
        os.kill(os.getpid(), signal.SIGHUP)
        assert (signals.reload, signals.end) == (True, False)
        os.kill(os.getpid(), signal.SIGTERM)
        assert signals.end


def test_the_second_wish_to_end_is_carried_out_at_once():
    with Signals() as signals:
        os.kill(os.getpid(), signal.SIGINT)
        assert signals.end
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_handlers_of_before_come_back():
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    with Signals():
        pass
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)] == before
