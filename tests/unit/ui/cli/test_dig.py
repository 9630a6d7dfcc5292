"""`firmer dig`: sysdig's arguments and output."""

import subprocess

import pytest

from firmer.authoring.scenario import Host
from firmer.ui.cli.dig import OPTIONS
from firmer.ui.cli.main import run


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    host = Host()
    nginx = host.process("nginx", uid=33)
    shell = nginx.spawn("sh", "-c", "id")
    shell.read_file("/etc/passwd", "root:x:0:0")
    shell.connect("203.0.113.7", 4444)
    shell.exit()
    path = tmp_path_factory.mktemp("dig") / "a.scap"
    host.write(path)
    return str(path)


def outcome(args, capfd):
    status = run(["dig", *args])
    out, err = capfd.readouterr()
    return status, out, err


SAME = [
    [],
    ["-n", "3"],
    ["evt.type=openat"],
    ["-t", "r", "evt.dir=<"],
    ["-p", "%evt.num %proc.name %fd.name"],
    ["-p", "*%evt.num %proc.name %fd.name", "-n5"],
    ["-pc"],
    ["proc.name", "=", "sh", "-n", "2"],
]


@pytest.mark.parametrize("args", SAME, ids=" ".join)
def test_prints_what_sysdig_prints(args, capture, sysdig, capfd):
    theirs = subprocess.run([sysdig, "-r", capture, *args], capture_output=True, text=True, check=True).stdout
    status, ours, _ = outcome(["-r", capture, *args], capfd)
    assert (status, ours.splitlines()) == (0, theirs.splitlines())


def test_writes_what_sysdig_reads(capture, sysdig, tmp_path, capfd):
    written = str(tmp_path / "b.scap")
    assert outcome(["-r", capture, "-w", written, "proc.name=sh"], capfd)[0] == 0
    lines = [
        subprocess.run(
            [sysdig, "-r", path, "-p", "%proc.name %evt.type %fd.name", "proc.name=sh"], capture_output=True, text=True, check=True
        )
        for path in (capture, written)
    ]
    assert lines[0].stdout == lines[1].stdout != ""


WRONG = [
    ([], "dig reads captures only"),
    (["-Q"], "option -Q not recognized"),
    (["-r", "a", "-n", "x"], "can't parse the -n argument"),
    (["-r", "a", "-n", "0"], "invalid event count 0"),
    (["-r", "a", "-t", "x"], "'x' is no time mode"),
]


@pytest.mark.parametrize(("args", "message"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_asked_wrongly(args, message, capfd):
    status, out, err = outcome(args, capfd)
    assert (status, out) == (2, "")
    assert message in err


def test_a_capture_that_is_not_there(capfd):
    status, _, err = outcome(["-r", "/nope.scap"], capfd)
    assert status == 1 and "/nope.scap" in err


def test_help_tells_every_option(capfd):
    _, out, _ = outcome(["--help"], capfd)
    assert all(f"-{option.short}, --{option.long}" in out for option in OPTIONS)
