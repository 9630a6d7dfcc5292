"""What generate_calls.py makes of enters.json: which enter events, from which sources."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

PROBE = Path(__file__).resolve().parents[2] / "probe"
DECLARED = json.loads((PROBE / "enters.json").read_text())
SPEC = importlib.util.spec_from_file_location("generate_calls", PROBE / "generate_calls.py")
generator = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(generator)
CALLS = generator.Calls()
EVENTS = CALLS.events
TEXT = CALLS.beginnings()


def case(label):
    """The statements of one case."""
    return TEXT.partition(f"    {label}:\n")[2].partition("        break;")[0]


@pytest.mark.parametrize(
    ("label", "statements"),
    [
        ("case EV_SYSCALL_READ_E", ["set64(a, 4, (s64)(s32)a->arg[0]);", "set32(a, 12, a->arg[2]);"]),
        ("case EV_SYSCALL_NANOSLEEP_E", ["set64(a, 2, user_time(a, a->arg[0], 0, 8));"]),
        ("ON_IA32_nanosleep", ["set64(a, 2, user_time(a, a->arg[0], 0, 4));"]),
        ("case EV_SYSCALL_EXECVE_19_E", ["text = 1; words = 0;"]),
        ("case EV_GENERIC_E", ["put_call(a);"]),
    ],
)
def test_parameters_come_from_their_sources(label, statements):
    assert [line for line in statements if line not in case(label)] == []


def derived(enum):
    """What the exit's recipe makes of an enter event; None where it cannot."""
    exit_enum = next(name for name, event in EVENTS.items() if event["id"] == EVENTS[enum]["id"] + 1)
    try:
        return CALLS.beginning(enum, exit_enum, CALLS.recipe(exit_enum))
    except (SystemExit, IndexError):
        return None


def test_what_the_exits_recipe_says_is_not_said_again():
    assert [enum for enum in DECLARED.keys() & EVENTS.keys() if derived(enum) == DECLARED[enum]] == []


def test_every_entry_is_an_enter_event_or_a_32_bit_call():
    assert {name for name in DECLARED if not (name in CALLS.compat or EVENTS[name]["dir"] == ">")} == set()
    assert {name for name in DECLARED if f"EV_{name}:" not in TEXT and f"ON_IA32_{name}:" not in TEXT} == set()


@pytest.mark.parametrize("enum", ["SYSCALL_OPENAT_2_X", "SYSCALL_GETRLIMIT_X"])
def test_an_entry_that_lacks_is_told(enum):
    with pytest.raises(SystemExit, match=r"enters\.json lacks"):
        CALLS.beginning("SYSCALL_GETRLIMIT_E", "SYSCALL_GETRLIMIT_X", CALLS.recipe(enum).replace("0", "0?"))


def test_words_are_functions():
    text = (PROBE / "enters.h").read_text() + (PROBE / "calls_rare.h").read_text()
    words = {word.partition("/")[0] for recipe in DECLARED.values() for word in recipe.split() if re.match("[a-z]", word)}
    assert {word for word in words if f" put_{word}(" not in text} == set()
