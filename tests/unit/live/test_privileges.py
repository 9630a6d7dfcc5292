"""Giving up privileges, in children of our own: what is given up does not come back."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from firmer.live.privileges import NAMES, PrivilegeError, account, held

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


def child(code):
    """What a child prints that runs this."""
    text = "import os\nfrom firmer.live.privileges import *\n" + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


STATUS = """
for line in open('/proc/self/status'):
    if line.startswith(('Cap', 'NoNewPrivs', 'Groups')): print(line.strip().replace('\\t', ''))
"""


@ROOT
def test_held_are_those_that_the_kernel_tells():
    told = Path("/proc/self/status").read_text().partition("CapEff:\t")[2].split()[0]
    assert held() == {name for number, name in enumerate(NAMES) if int(told, 16) >> number & 1}


def test_nothing_is_left():
    out = child("drop()\nprint(sorted(held()))" + STATUS)
    assert out.splitlines()[0] == "[]" and "NoNewPrivs:1" in out
    for kind in ("Inh", "Prm", "Eff", "Amb"):
        assert f"Cap{kind}:{0:016x}" in out


@ROOT
def test_root_gets_nothing_back_by_another_program():
    out = child("drop()\nimport subprocess\nprint(subprocess.run(['cat', '/proc/self/status'], capture_output=True, text=True).stdout)")
    assert f"CapEff:\t{0:016x}" in out and f"CapBnd:\t{0:016x}" in out


@ROOT
def test_another_user_with_only_what_it_needs():
    out = child("keep(TO_LOAD, '65534:65534')\nprint(os.getresuid(), os.getresgid(), os.getgroups(), sorted(held()))" + STATUS)
    assert out.startswith("(65534, 65534, 65534) (65534, 65534, 65534) [] ['CAP_BPF', 'CAP_PERFMON']")
    assert f"CapAmb:{1 << 38 | 1 << 39:016x}" in out


@ROOT
def test_what_is_kept_can_be_given_up_later():
    assert child("keep(TO_SCAN, '65534:65534')\ndrop()\nprint(sorted(held()), missing(TO_LOAD))") == "[] ['CAP_BPF', 'CAP_PERFMON']\n"


def test_an_ordinary_user_cannot_become_another():
    out = child(
        """
        if os.geteuid() == 0: drop('65534:65534')
        try: drop('0:0')
        except PrivilegeError as error: print(error)
        """
    )
    assert out.startswith("privileges cannot be given up: ")


def test_other_threads_would_keep_theirs():
    out = child(
        """
        import threading
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        try: drop()
        except PrivilegeError as error: print(error, flush=True)
        os._exit(0)
        """
    )
    assert out == "privileges are given up before other threads start\n"


@pytest.mark.parametrize(("name", "expected"), [("root", (0, 0)), ("0:0", (0, 0)), ("65534:7", (65534, 7))])
def test_users_by_name_or_number(name, expected):
    assert account(name) == expected


@pytest.mark.parametrize("name", ["nobody-of-that-name", "1000", ":", "1:x", ""])
def test_users_that_are_not_there(name):
    with pytest.raises(PrivilegeError, match="no such user"):
        account(name)


def test_the_capability_that_held_them_all_stands_for_its_parts(monkeypatch):
    from firmer.live import privileges

    monkeypatch.setattr(privileges, "held", lambda: frozenset({"CAP_SYS_ADMIN"}))
    assert privileges.missing(privileges.TO_LOAD + privileges.TO_SCAN) == list(privileges.TO_SCAN)
