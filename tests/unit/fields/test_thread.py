"""thread.*."""

import pytest

BY_THREAD = ("kill<", 31, 0, 1, 15)

BOTH = {
    "thread.tid": 30,
    "thread.vtid": 30,
    "thread.ismain": True,
    "thread.nametid": "worker30",
    "thread.vmsize": 3000,
    "thread.vmrss": 2000,
    "thread.vmsize.b": 3072000,
    "thread.vmrss.b": 2048000,
    "thread.pfmajor": 3,
    "thread.pfminor": 4,
    "thread.exectime": 0,
    "thread.cpu": None,
    "thread.cgroup.cpu": "/x",
    "thread.cgroup.perf_event": "/p",
    "thread.cgroup.io": None,
}


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field", BOTH)
def test_thread(ask_worker, field, dialect):
    assert ask_worker(field, dialect=dialect) == BOTH[field]


@pytest.mark.parametrize("field,value", [("thread.tid", 31), ("thread.ismain", False), ("thread.vmsize", 0), ("thread.vmsize.b", 0)])
def test_memory_belongs_to_main_threads(ask_worker, field, value):
    assert ask_worker(field, BY_THREAD) == value


@pytest.mark.parametrize("dialect,text", [("falco", "blkio=/a=b cpu=/x perf_event=/p"), ("sysdig", "io=/a=b cpu=/x perf_event=/p")])
def test_generations_cut_control_groups_at_different_signs(ask_worker, dialect, text):
    assert ask_worker("thread.cgroups", dialect=dialect) == text


@pytest.mark.parametrize(
    "field,text",
    [
        ("thread.cap_permitted", "CAP_CHOWN CAP_CHECKPOINT_RESTORE"),
        ("thread.cap_effective", "CAP_SYS_ADMIN"),
        ("thread.cap_inheritable", ""),
    ],
)
def test_capabilities_in_order_of_their_bits(ask_worker, field, text):
    assert ask_worker(field) == text


def test_time_between_switches_of_a_processor_adds_up(ask_worker):
    switch = ("switch>", 30, 31, 0, 0, 1, 1, 0)
    assert ask_worker("thread.exectime", switch, switch) == 1000
    assert ask_worker("thread.totexectime", switch, switch, switch) == 2000
    assert ask_worker("thread.totexectime", switch, switch, ("kill<", 30, 0, 1, 15)) == 1000


def test_processor_time_is_the_growth_of_a_counter(ask_worker):
    assert ask_worker("thread.cpu", ("procinfo>", 30, 10, 5)) == 0.0
    assert ask_worker("thread.cpu", ("procinfo>", 30, 10, 5), ("procinfo>", 30, 30, 10)) == 25.0
    assert ask_worker("thread.cpu.user", ("procinfo>", 30, 10, 5), ("procinfo>", 30, 500, 10)) == 100.0
    assert ask_worker("thread.cpu.system", ("procinfo>", 30, 10, 5), ("procinfo>", 30, 30, 10)) == 5.0
