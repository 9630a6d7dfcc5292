"""proc.vmsize, proc.fdopencount, proc.stdin.* and their like."""

import pytest

BOTH = {
    "proc.fdopencount": 4,
    "proc.fdlimit": 8,
    "proc.fdusage": 50.0,
    "proc.vmsize": 3000,
    "proc.vmrss": 2000,
    "proc.vmswap": 10,
    "proc.nthreads": 2,
    "proc.nchilds": 1,
}
TODAY = {
    "proc.stdin.type": "file",
    "proc.stdin.name": "/dev/pts/1",
    "proc.stdout.type": "pipe",
    "proc.stdout.name": "pipe:[6]",
    "proc.stderr.type": None,
    "proc.stderr.name": None,
    "proc.is_container_healthcheck": None,
}


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field", BOTH)
def test_usage(ask_worker, field, dialect):
    assert ask_worker(field, dialect=dialect) == BOTH[field]


@pytest.mark.parametrize("field", TODAY)
def test_usage_of_today(ask_worker, field):
    assert ask_worker(field) == TODAY[field]


@pytest.mark.parametrize("dialect,threads", [("falco", 1), ("sysdig", 0)])
def test_threads_without_the_main_one_as_a_thread_sees_them(ask_worker, dialect, threads):
    assert ask_worker("proc.nchilds", ("kill<", 31, 0, 1, 15), dialect=dialect) == threads


def test_probes_are_false_in_sysdig(ask_worker):
    assert ask_worker("proc.is_container_liveness_probe", dialect="sysdig") is False
