"""Rules read anew aside: one at a time, errors are an outcome, and what was asked for meanwhile is done once."""

import threading

import pytest

from firmer.app.reload import Reload
from firmer.errors import UsageError

WAIT_S = 10


def outcome_of(reload):
    while True:
        thread = reload.thread
        if thread is not None:
            thread.join(WAIT_S)
        outcome = reload.poll()
        if outcome is not None:
            return outcome


def test_nothing_was_asked_for():
    assert Reload(lambda: "rules").poll() is None


def test_the_outcome_is_told_once():
    reload = Reload(lambda: "rules")
    reload.ask()
    assert outcome_of(reload) == "rules"
    assert reload.poll() is None


@pytest.mark.parametrize("error", [UsageError("no rules"), FileNotFoundError(2, "gone", "x")])
def test_an_error_is_an_outcome(error):
    def fail():
        raise error

    reload = Reload(fail)
    reload.ask()
    assert outcome_of(reload) is error


def test_what_is_asked_for_meanwhile_is_done_once_afterwards():
    gate, count = threading.Event(), []

    def load():
        count.append(len(count))
        gate.wait(WAIT_S)
        return count[-1]

    reload = Reload(load)
    for _ in range(5):
        reload.ask()
    assert reload.poll() is None
    gate.set()
    assert outcome_of(reload) == 1
    assert count == [0, 1]
