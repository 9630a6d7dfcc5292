"""The compiled form of a filter, as `firmer dig --explain` prints it."""

from firmer.filter.explain import explain
from firmer.filter.sysdig import check_sysdig


def explained(text):
    return explain(check_sysdig(text)).splitlines()


def test_what_the_type_decides_is_not_asked():
    assert explained("evt.type in (open, close) and evt.dir=< and (proc.name=cat or fd.num=3)")[:3] == [
        "events: < close, < open",
        "   1  proc.name = cat  yes: passes, no: ask 2",
        "   2  fd.num = 3       yes: passes, no: does not pass",
    ]


def test_programs_of_their_own():
    rows = explained("proc.name=cat or evt.type=execve")
    assert rows[:2] == ["events: all others", "   1  proc.name = cat  yes: passes, no: does not pass"]
    assert rows[rows.index("events: < execve, <> execve, > execve") + 1] == "      passes"


def test_what_was_recorded_decides():
    """A type of today's that stands for several recorded ones is asked as a whole."""
    assert "   1  evt.type = kexec_load  yes: passes, no: does not pass" in explained("evt.type=kexec_load")


def test_nothing_passes():
    assert explained("evt.type=open and evt.type=close and evt.num<0 and evt.dir=x") == ["no event can pass"]
