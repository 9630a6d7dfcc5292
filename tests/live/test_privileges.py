"""With which capabilities an ordinary user loads the probe, and what works when all are given up."""

import contextlib
import os
import resource
from pathlib import Path

import pytest
from live.stage import lacking

from firmer.live.privileges import TO_LOAD, TO_SCAN, PrivilegeError, drop, held, keep
from firmer.live.probe import Options, Probe, ProbeError, probe_folder
from firmer.live.selftest import SelfTestError, self_test

NOBODY = "65534:65534"
SMALL = Options(events=1 << 20, life=1 << 20)


def as_nobody(capabilities, act):
    """What `act` returns in a child of ours with just these capabilities."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        said = ""
        try:
            with contextlib.suppress(ValueError):  # before 5.11 what is loaded is locked memory: a service has LimitMEMLOCK=infinity there
                resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            keep(capabilities, NOBODY)
            said = act()
        except (PrivilegeError, ProbeError, SelfTestError, OSError) as error:
            said = f"{type(error).__name__}: {error}"
        finally:  # whatever else went wrong, a child must not go on with the tests
            os.write(writing, said.encode()[:4000])
            os._exit(0)
    os.close(writing)
    with open(reading) as file:
        said = file.read()
    os.waitpid(pid, 0)
    return said


def load_and_drop():
    probe = Probe.start(SMALL)
    drop()
    left = sorted(held())
    passed = self_test(probe)
    return f"left {left}, an event {'came' if passed.events else ''}"


def readable():
    """Whether everybody may read the probe's sources here."""
    folder = probe_folder()
    return (
        all(parent.stat().st_mode & 0o005 == 0o005 for parent in (folder, *folder.parents)) and (Path(folder) / "scap.h").stat().st_mode & 4
    )


def test_two_capabilities_load_and_none_is_needed_to_read():
    names = TO_LOAD if readable() else (*TO_LOAD, "CAP_DAC_READ_SEARCH")
    assert as_nobody(names, load_and_drop) == "left [], an event came"


def test_those_of_the_service_suffice():
    assert as_nobody(TO_LOAD + TO_SCAN, load_and_drop) == "left [], an event came"


@pytest.mark.parametrize("name", TO_LOAD)
def test_either_alone_does_not(name):
    said = as_nobody((name, "CAP_DAC_READ_SEARCH"), load_and_drop)
    assert said.startswith("ProbeError: the probe cannot be loaded")


def test_the_reason_is_told_to_who_has_none():
    assert "CAP_BPF and CAP_PERFMON" in as_nobody(("CAP_DAC_READ_SEARCH",), load_and_drop)
