"""What was recorded live: the real sysdig prints what dig -r prints, and a replay raises what was raised live."""

import os
import signal
import subprocess
import sys
import time
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from live.crowd import follow
from live.stage import lacking

from firmer.detect.recorder import Recorder
from firmer.detect.replay import replay
from firmer.detect.rotation import Pieces
from firmer.rules.load import load_rules

FIRMER = [sys.executable, "-c", "import sys; from firmer.ui.cli.main import main; main()"]
PROMISED = 0.97  # of the lines
STORY = """
cat /etc/shadow | wc -c
cd /tmp; ln -s /etc/hostname link.$$; cat link.$$; rm link.$$
exec 5<>/dev/null; echo x >&5; exec 5>&-
(sleep 0.05; ls /proc/self/fd) | sort >/dev/null
python3 -c 'import socket
a, b = socket.socketpair(); a.send(b"hello"); b.recv(5)
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen(); c = socket.create_connection(s.getsockname()); d = s.accept()[0]
c.send(b"x" * 3000); d.recv(4000)
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); u.sendto(b"y", ("127.0.0.1", 9))
import ctypes; ctypes.CDLL(None).syscall(449, 0, 0, 0, 0, 0)'
true
"""
RULES = """
- rule: shadow
  desc: x
  condition: evt.type in (open, openat, openat2) and fd.name = /etc/shadow
  output: "%proc.cmdline %proc.pname %fd.name %evt.arg.flags"
  priority: WARNING
- rule: run
  desc: x
  condition: evt.type in (execve, execveat) and evt.arg.res = 0
  output: "%proc.cmdline %proc.exepath %proc.pname %proc.cwd %user.name"
  priority: INFO
- rule: connection
  desc: x
  condition: evt.type in (connect, accept, accept4, bind, sendto)
  output: "%evt.type %fd.name %fd.type %proc.name"
  priority: INFO
- rule: through a link
  desc: x
  condition: evt.type in (open, openat) and fd.name endswith /hostname
  output: "%fd.name %proc.name"
  priority: INFO
- rule: younger than sysdig
  desc: x
  condition: evt.type = futex_waitv
  output: "%evt.type %syscall.type %proc.name"
  priority: INFO
- rule: closed
  desc: x
  condition: evt.type = close and fd.name startswith /etc
  output: "%fd.name %fd.num %proc.name"
  priority: DEBUG
"""


@pytest.fixture(scope="module")
def rules_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(RULES)
    return str(path)


@pytest.fixture(scope="module")
def recorded(probe, rules_file, tmp_path_factory):
    """(path of the recording, alerts that were raised meanwhile)"""
    path = tmp_path_factory.mktemp("recorded") / "a.scap"
    rules, alerts = load_rules([rules_file], rule_matching="all"), []
    rules.sink = alerts.append
    recorder = Recorder(Pieces(str(path), enters=True))
    recorder.begin_capture(None)
    run = follow(probe, ["sh", "-c", STORY], [rules, recorder], everything=True)
    recorder.finish()
    assert run.source.lost == 0
    return str(path), alerts


def said(alerts) -> list[tuple[str, str]]:
    return [(alert.rule, alert.output) for alert in alerts]


def test_a_replay_raises_what_was_raised(recorded, rules_file):
    path, live = recorded
    again = []
    rules = load_rules([rules_file], rule_matching="all")
    report = replay(path, rules, again.append)
    assert report.errors == []
    assert {alert.rule for alert in live} == {"shadow", "run", "connection", "through a link", "closed", "younger than sysdig"}
    assert said(again) == said(live)


def test_sysdig_prints_the_same_lines(recorded, sysdig):
    path, _ = recorded
    ours = subprocess.run([*FIRMER, "dig", "-r", path], capture_output=True, check=True).stdout.splitlines()
    theirs = subprocess.run([sysdig, "-r", path], capture_output=True, check=True).stdout.splitlines()
    assert len(theirs) > 500
    same = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    assert same >= PROMISED * max(len(ours), len(theirs)), [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]][:3]


def loaded(pid: int) -> bool:
    """Whether the process has the probe's descriptors."""
    try:
        return sum("bpf" in os.readlink(f"/proc/{pid}/fd/{name}") for name in os.listdir(f"/proc/{pid}/fd")) > 10
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_dig_of_a_tree_until_a_signal(number, tmp_path):
    reason = lacking()
    if reason:
        pytest.skip(reason)
    script = "while read x; do cat /etc/hostname >/dev/null; done"
    with subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, text=True, bufsize=1) as shell:
        out = tmp_path / "a.scap"
        dig = subprocess.Popen([*FIRMER, "dig", "--pid", str(shell.pid), "-w", str(out), "evt.type=openat"])
        try:
            deadline = time.monotonic() + 60
            while not (out.exists() and out.stat().st_size) and time.monotonic() < deadline:
                time.sleep(0.1)
                if loaded(dig.pid):
                    shell.stdin.write("\n")
            time.sleep(0.2)
            dig.send_signal(number)
            assert dig.wait(20) == 0
        finally:
            dig.kill()
            shell.stdin.close()
    lines = subprocess.run([*FIRMER, "dig", "-r", out, "-p", "%proc.name %fd.name"], capture_output=True, text=True, check=True).stdout
    assert "cat /etc/hostname" in lines.splitlines()
    assert {line.split()[0] for line in lines.splitlines()} <= {"sh", "cat"}, "nobody else is recorded"
    assert Path(out).stat().st_size
