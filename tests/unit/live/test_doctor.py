"""What the doctor says of hosts that are made up here."""

import os
import socket
import subprocess
from types import SimpleNamespace

import pytest

from firmer.live import doctor, privileges
from firmer.live.doctor import FAIL, LOOKS, OK, WARN, Check, Host, examine
from firmer.live.probe import ProbeError


@pytest.fixture
def host(tmp_path):
    """A host with files, by path and content."""

    def make(**files):
        for path, content in files.items():
            place = tmp_path / path.replace("__", "/")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        return Host(str(tmp_path))

    return make


def said(check):
    assert check.text and "\n" not in check.text + check.mend and (check.status == OK or check.mend)
    return check.status


@pytest.mark.parametrize(
    ("release", "machine", "expected"),
    [
        ("6.18.44-fc", "x86_64", OK),
        ("5.8.0", "x86_64", OK),
        ("5.7.19", "x86_64", WARN),
        ("4.18.0-553.el8", "x86_64", WARN),
        ("6.1.0", "aarch64", WARN),
        ("6.1.0", "riscv64", FAIL),
    ],
)
def test_kernels(host, monkeypatch, release, machine, expected):
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release=release, machine=machine))
    assert said(doctor.kernel(host())) == expected


@pytest.mark.parametrize(
    ("files", "expected"), [({}, FAIL), ({"sys__kernel__btf__vmlinux": b"\x9f\xeb1"}, OK), ({"sys__kernel__btf__vmlinux": b""}, FAIL)]
)
def test_btf(host, files, expected):
    assert said(doctor.btf(host(**files))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, OK),
        (b"[none] integrity confidentiality", OK),
        (b"none [integrity] confidentiality", OK),
        (b"none integrity [confidentiality]", FAIL),
    ],
)
def test_lockdown(host, text, expected):
    assert said(doctor.lockdown(host(**{} if text is None else {"sys__kernel__security__lockdown": text}))) == expected


@pytest.mark.parametrize(("inode", "expected"), [(0xEFFFFFFC, OK), (4026532001, FAIL), (None, FAIL)])
def test_pid_namespaces(host, monkeypatch, inode, expected):
    def stat(path):
        assert str(path).endswith("/proc/self/ns/pid")
        if inode is None:
            raise FileNotFoundError(2, "No such file or directory")
        return SimpleNamespace(st_ino=inode)

    made = host()
    monkeypatch.setattr(doctor.os, "stat", stat)
    assert said(doctor.namespace(made)) == expected


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (privileges.TO_LOAD + privileges.TO_SCAN, OK),
        (privileges.TO_LOAD, WARN),
        (("CAP_BPF", *privileges.TO_SCAN), FAIL),
        (("CAP_SYS_ADMIN", *privileges.TO_SCAN), OK),
        ((), FAIL),
    ],
)
def test_capabilities(host, monkeypatch, held, expected):
    monkeypatch.setattr(privileges, "held", lambda: frozenset(held))
    assert said(doctor.capabilities(host())) == expected


@pytest.mark.parametrize(
    ("python", "expected", "word"),
    [
        ("#!/bin/sh\necho 0.26.0", OK, "0.26.0"),
        ("#!/bin/sh\necho 'Traceback\nModuleNotFoundError: bcc' >&2; exit 1", FAIL, "ModuleNotFoundError"),
        ("#!/bin/sh\nkill -SEGV $$", FAIL, "no reason told"),
        ("#!/bin/sh\nsleep 100", FAIL, "did not end"),
        (None, FAIL, "No such file"),
    ],
    ids=["there", "not-there", "crashes", "hangs", "no-python"],
)
def test_bcc(host, monkeypatch, tmp_path, python, expected, word):
    path = tmp_path / "python3"
    if python:
        path.write_text(python)
        path.chmod(0o755)
    monkeypatch.setattr(doctor, "PYTHON", str(path))
    monkeypatch.setattr(doctor, "BCC_TIME_S", 0.5 if "sleep" in (python or "") else 30)
    check = doctor.bcc(host())
    assert said(check) == expected and word in check.text


@pytest.mark.parametrize(
    ("release", "limit", "lacks", "expected"),
    [
        ("6.1.0", (65536, 65536), True, OK),
        ("5.10.0", (65536, 65536), True, FAIL),
        ("5.10.0", (65536, 65536), False, OK),
        ("5.10.0", (65536, doctor.resource.RLIM_INFINITY), True, OK),
        ("5.10.0", (doctor.resource.RLIM_INFINITY,) * 2, True, OK),
    ],
)
def test_memlock(host, monkeypatch, release, limit, lacks, expected):
    monkeypatch.setattr(os, "uname", lambda: SimpleNamespace(release=release, machine="x86_64"))
    monkeypatch.setattr(doctor.resource, "getrlimit", lambda kind: limit)
    monkeypatch.setattr(doctor.privileges, "missing", lambda names: list(names) if lacks else [])
    assert said(doctor.memlock(host())) == expected


@pytest.mark.parametrize(("mode", "word"), [(b"2\n", "off"), (b"1\n", "privileged"), (b"0\n", "on;"), (None, "no switch")])
def test_io_uring(host, mode, word):
    check = doctor.io_uring(host(**{} if mode is None else {"proc__sys__kernel__io_uring_disabled": mode}))
    assert said(check) == OK and word in check.text


def test_tracefs(host):
    assert "not mounted" in doctor.tracefs(host()).text
    assert doctor.tracefs(host(sys__kernel__tracing__events__x=b"")).text == "mounted"


def test_runtimes(host, tmp_path, monkeypatch):
    assert doctor.runtimes(host()).text == "none"
    (tmp_path / "run").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "run" / "docker.sock"))
    assert doctor.runtimes(host()).text == "docker"
    (tmp_path / "run" / "crio").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "run" / "crio" / "crio.sock"))
    monkeypatch.setattr(os, "access", lambda path, mode: "crio" not in str(path))
    check = doctor.runtimes(host())
    assert said(check) == WARN and check.text == "docker, cri-o; cri-o may not be asked"
    (tmp_path / "run" / "crio" / "crio.sock").unlink()
    (tmp_path / "run" / "docker.sock").unlink()
    (tmp_path / "run" / "docker.sock").write_text("no socket")
    assert doctor.runtimes(host()).text == "none"


def test_the_probe_is_not_tried_where_it_cannot_be_loaded(host, monkeypatch):
    monkeypatch.setattr(doctor, "LOOKS", (lambda host: Check("btf", FAIL, "none", "get some"),))
    assert [(check.name, check.status) for check in examine(None, host())] == [("btf", FAIL), ("probe", FAIL)]


def test_what_the_loader_said_is_told(host, monkeypatch):
    def refuse(*_):
        raise ProbeError("the probe cannot be loaded; it said:\n  one\n  last words")

    monkeypatch.setattr(doctor, "LOOKS", ())
    monkeypatch.setattr(doctor.Probe, "start", refuse)
    (check,) = examine(None, host())
    assert said(check) == FAIL and check.mend == "last words"


class FakeProbe:
    """Two system calls: one that changes the state, one that nobody needs."""

    syscalls = SimpleNamespace(
        names={1: "openat", 2: "getpid"},
        native=[
            {"nr": 1, "name": "openat", "code": 1, "exit": "SYSCALL_OPENAT_2_X"},
            {"nr": 2, "name": "getpid", "code": 2, "exit": "GENERIC_X"},
        ],
    )

    def close(self):
        self.closed = True


def test_a_probe_that_works_is_closed(host, monkeypatch):
    probe = FakeProbe()
    monkeypatch.setattr(doctor, "LOOKS", ())
    monkeypatch.setattr(doctor.Probe, "start", lambda options: probe)
    monkeypatch.setattr(doctor, "self_test", lambda probe: SimpleNamespace(late_ns=1_500_000))
    checks = list(examine(None, host()))
    assert [said(check) for check in checks] == [OK, OK, OK] and probe.closed
    assert [check.text for check in checks[1:]] == ["2 of 2 are reported: getpid openat", "an opened file was told 1.5 ms later"]


def test_what_no_rule_wants_is_not_reported():
    check = doctor.syscalls(FakeProbe(), bytes(4096))
    assert said(check) == OK and check.text == "1 of 2 are reported: openat"


def test_an_event_that_does_not_come_is_a_failure(host, monkeypatch):
    def fail(probe):
        raise doctor.FirmerError("it did not come")

    monkeypatch.setattr(doctor, "self_test", fail)
    assert said(doctor.event(FakeProbe())) == FAIL


def test_this_host_can_be_looked_at():
    names = [check.name for check in (look(Host()) for look in LOOKS if look is not doctor.bcc)]
    assert len(set(names)) == len(names)


def test_words_of_others_are_short(monkeypatch, host):
    done = subprocess.CompletedProcess([], 1, "", "x" * 10_000)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: done)
    assert len(doctor.bcc(host()).text) < 2100
