"""What is known of single event types."""

import pytest

from firmer.state.facts import facts_of
from firmer.state.state import State

FACTS = [
    pytest.param(6, {"enter", "exit", "fd"}, id="read-enter-only-tells-its-descriptor"),
    pytest.param(18, {"enter", "exit", "kept"}, id="socket-enter-is-read-at-the-exit"),
    pytest.param(2, {"enter", "exit", "kept"}, id="open-enter-is-compared-at-the-exit"),
    pytest.param(186, {"enter", "never made"}, id="procexit-has-no-exit"),
    pytest.param(234, {"enter", "no thread"}, id="procinfo-is-a-meta-event"),
    pytest.param(223, {"never made"}, id="clone-exit"),
]


@pytest.mark.parametrize(("kind", "facts"), FACTS)
def test_facts(kind, facts):
    State()
    assert facts_of(kind) == facts


def test_sysdig_makes_the_thread_of_a_procexit():
    State()
    assert "never made" not in facts_of(186, sysdig=True)
