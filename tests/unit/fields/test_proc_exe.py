"""proc.is_exe_*, proc.exe_ino*."""

import pytest

TODAY = {
    "proc.is_exe_writable": True,
    "proc.is_exe_upper_layer": True,
    "proc.is_exe_lower_layer": False,
    "proc.is_exe_from_memfd": False,
    "proc.exe_ino": 77,
    "proc.exe_ino.ctime": 5,
    "proc.exe_ino.mtime": 6,
    "proc.exe_ino.ctime_duration_proc_start": None,
    "proc.exe_ino.ctime_duration_pidns_start": None,
}


@pytest.mark.parametrize("field", TODAY)
def test_executable(ask_worker, field):
    assert ask_worker(field) == TODAY[field]


@pytest.mark.parametrize("field", ["proc.exe_ino", "proc.exe_ino.ctime", "proc.exe_ino.mtime"])
def test_zero_is_not_known(ask_worker, field):
    assert ask_worker(field, ("kill<", 20, 0, 1, 15)) is None


def exec_of(ctime):
    values = [0, "x", b"", 30, 30, 20, "", 8, 0, 0, 1, 1, 0, "x", b"", b"", 0, 30, 1000, 0, 0, 0, 0, 77, ctime, 1, 0, "/x", 30, 0]
    return ("execve<", 30, *values)


def test_durations_are_taken_when_an_exec_is_seen(ask_worker):
    cloned = ("clone<", 20, 40, "bash", b"", 20, 20, 10, "", 8, 0, 0, 1, 1, 0, "bash", b"", 0, 0, 0, 20, 20)
    program = ("execve<", 40, *exec_of(900_000_000_500)[2:])
    assert ask_worker("proc.exe_ino.ctime_duration_proc_start", cloned, program) == 1_000_000_001_000 - 900_000_000_500
    assert ask_worker("proc.exe_ino.ctime_duration_pidns_start", exec_of(900_000_000_500)) == 500
    assert ask_worker("proc.exe_ino.ctime_duration_pidns_start", exec_of(1)) is None
