"""proc.aname and its like: one ancestor by number, or any."""

import pytest

from firmer.fields.catalog import new_slot
from firmer.fields.registry import BadArgument

BY_THREAD = ("kill<", 31, 0, 1, 15)

ONE = {
    "proc.aname[0]": "worker",
    "proc.aname[1]": "bash",
    "proc.aname[3]": "systemd",
    "proc.aname[4]": None,
    "proc.aname[40]": None,
    "proc.apid[1]": 20,
    "proc.apid[9]": None,
}
ONE_TODAY = {
    "proc.aexe[1]": "-bash",
    "proc.aexepath[2]": "/usr/sbin/sshd",
    "proc.aargs[2]": "-D",
    "proc.acmdline[2]": "sshd -D",
    "proc.aenv[2]": "LANG=C",
    "proc.aenv[LANG]": "C",
    "proc.aenv[HOME]": "/root",
    "proc.aenv[NONE]": "",
}


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field", ONE)
def test_one_ancestor(ask_worker, field, dialect):
    assert ask_worker(field, dialect=dialect) == ONE[field]
    assert ask_worker(field, BY_THREAD, dialect=dialect) == ONE[field], "counted from the main thread"


@pytest.mark.parametrize("field", ONE_TODAY)
def test_one_ancestor_of_today(ask_worker, field):
    assert ask_worker(field) == ONE_TODAY[field]


@pytest.mark.parametrize(
    "field,asked,printed",
    [
        ("proc.aname", ["bash", "sshd", "systemd"], "bash sshd systemd"),
        ("proc.apid", [20, 10, 1], 30),
        ("proc.acmdline", ["bash", "sshd -D", "systemd"], "bash sshd -D systemd"),
        ("proc.aname[-1]", None, None),
    ],
)
def test_without_a_number_filters_see_each_and_outputs_a_text(ask_worker, field, asked, printed):
    if asked is not None:
        assert ask_worker(field) == asked
    if printed is not None:
        assert ask_worker(field, output=True) == printed


def test_sysdig_prints_the_process_itself(ask_worker):
    assert ask_worker("proc.aname", dialect="sysdig", output=True) == "worker"


def test_no_ancestors_is_no_value(ask_worker, thread_entry):
    assert ask_worker("proc.aname", threads=[thread_entry(30, 0)]) is None


def test_someone_who_is_his_own_ancestor_ends_the_walk(ask_worker, thread_entry):
    threads = [thread_entry(30, 41), thread_entry(41, 42), thread_entry(42, 43), thread_entry(43, 41)]
    assert set(ask_worker("proc.apid", threads=threads)) == {41, 42, 43}


@pytest.mark.parametrize("text", ["proc.aname[x]", "proc.apid[1.5]", "proc.aname[٣]"])
def test_other_arguments_are_refused(text):
    with pytest.raises(BadArgument):
        new_slot(text, "falco")
