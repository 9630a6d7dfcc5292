"""`firmer dig`: sysdig's arguments and output."""

import contextlib
import os
import pty
import subprocess
import sys

import pytest

from firmer.authoring.scenario import Host
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
    ["-pk"],
    ["-pc", "-pp"],
    ["-t", "a"],
    ["-t", "d"],
    ["-t", "D", "-d", "proc.name=sh"],
    ["-d", "-n", "20", "proc.name=sh"],
    ["-M", "1"],
    ["-A"],
    ["-b"],
    ["-x"],
    ["-X"],
    ["-j"],
    ["-j", "-A", "-p", "%evt.num %evt.buffer %fd.num %evt.latency %evt.is_io"],
    ["-j", "-p", "*%evt.num %fd.name %evt.num %evt.latency.human"],
    ["-p", "\\e[1m%proc.name", "-S"],
    ["-p", "a\x1b[1m%proc.name", "-q", "-n1"],
    ["-R"],
    ["-v"],
    ["-D", "-n", "3"],
    ["-q"],
    ["-q", "-S"],
    ["-S", "-n", "30"],
    ["-P"],
    ["-E", "-F", "-s", "100", "-U", "cat", "--unbuffered", "--large-environment", "--page-faults", "--cri", "x", "--cri-timeout", "1"],
    ["--", "proc.name=sh"],
    ["--numev=2", "--time", "r"],
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
    (["-Q"], "invalid option -- 'Q'"),
    (["--nope"], "unrecognized option '--nope'"),
    (["-r", "a", "-n", "x"], "can't parse the -n argument"),
    (["-r", "a", "-n", "0"], "invalid event count 0"),
    (["-r", "a", "-M", "0"], "invalid duration0"),
    (["-r", "a", "-t", "x"], "invalid modifier for flag -t"),
    (["-r", "a", "-A", "-x"], "you cannot specify more than one output format"),
    (["-r", "a", "-c", "topfiles_bytes"], "does not run chisels yet"),
    (["-B", "probe.o"], "-B concerns sysdig's own drivers"),
    (["--filter-proclist"], "--filter-proclist is not offered"),
    (["-I", "json"], "-I loads plugins"),
]


@pytest.mark.parametrize(("args", "message"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_asked_wrongly(args, message, capfd):
    status, out, err = outcome(args, capfd)
    assert (status, out) == (1, "")
    assert message in err and err.count("\n") == 1


FORMATS = [
    ("", "empty formatting token"),
    ("%", "cannot end with a %"),
    ("%10", "cannot end with a number"),
    ("%foo.bar|", "invalid formatting token foo.bar|"),
    ("%-20proc.name", "invalid formatting token -20proc.name"),
    ("x%%y", "invalid formatting token %y"),
    ("%fd.ip", "fd.ip is filter only and cannot be used as a display field"),
]


@pytest.mark.parametrize(("form", "message"), FORMATS)
def test_formats_that_are_none(form, message, capture, capfd):
    status, out, err = outcome(["-r", capture, "-p", form], capfd)
    assert (status, out) == (1, "")
    assert message in err


def seen_by_a_terminal(command):
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    # a pseudo terminal holds a few kilobytes only: it must be read while the command writes
    child = subprocess.Popen(command, stdout=theirs, stdin=subprocess.DEVNULL)
    os.close(theirs)
    pieces = []
    with contextlib.suppress(OSError):  # Linux tells the end of a terminal as an error
        while piece := os.read(ours, 65536):
            pieces.append(piece)
    os.close(ours)
    child.wait()
    return b"".join(pieces)


FIRMER = [sys.executable, "-c", "from firmer.ui.cli.main import main; main()", "dig"]


@pytest.mark.parametrize("args", [[], ["-pc"], ["-pp"], ["-j"], ["-A"], ["-p", "%evt.num %proc.name"]], ids=" ".join)
def test_a_terminal_sees_what_sysdig_shows(args, capture, sysdig):
    assert seen_by_a_terminal([*FIRMER, "-r", capture, *args]) == seen_by_a_terminal([sysdig, "-r", capture, *args])


@pytest.mark.parametrize(
    ("args", "terminal", "obeyed"), [([], True, False), (["--raw-bytes"], True, True), ([], False, True), (["--escape"], False, False)]
)
def test_processes_do_not_command_the_terminal(args, terminal, obeyed, tmp_path):
    host = Host()
    host.process("bash").spawn("cat", "\x1b]0;evil\x07")
    host.write(tmp_path / "a.scap")
    command = [*FIRMER, "-r", str(tmp_path / "a.scap"), "-p", "%proc.cmdline", *args]
    shown = seen_by_a_terminal(command) if terminal else subprocess.run(command, capture_output=True, check=True).stdout
    assert (b"\x1b]0;evil\x07" in shown, b"\\x1b]0;evil\\x07" in shown) == (obeyed, not obeyed)


def test_seek_begins_at_an_event(capture, capfd):
    assert outcome(["-r", capture, "--seek", "5", "-p", "%evt.num", "-n2"], capfd) == (0, "5\n6\n", "")
    assert outcome(["-r", capture, "--seek", "five"], capfd)[0] == 1


def test_acts_in_the_order_of_the_words(capture, capfd):
    """What answers at once does so before a mistake behind it is seen."""
    assert outcome(["-pp", "-Q"], capfd)[0] == 0
    assert outcome(["-h", "-n", "0"], capfd)[0] == 0
    assert outcome(["-n", "0", "-h"], capfd)[0] == 1


def test_statistics_say_how_many(capture, capfd):
    _, out, err = outcome(["-r", capture, "-v", "-q", "-n", "7"], capfd)
    assert out == "" and "Captured Events: 7, " in err


def test_several_captures_one_after_the_other(capture, capfd):
    once = outcome(["-r", capture, "-n", "5"], capfd)[1]
    assert outcome(["-r", capture, "-r", capture, "-n", "5"], capfd)[1] == 2 * once


def test_a_capture_that_is_not_there(capfd):
    status, _, err = outcome(["-r", "/nope.scap"], capfd)
    assert status == 1 and "/nope.scap" in err
