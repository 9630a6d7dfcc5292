"""What processes do while the host is scanned at the start: consumers see it, nothing of it is wrong, and a replay says the same.

Only processes of the test's own are watched; the scan reads them late, so that much has happened by then.
"""

import ctypes
import io
import os
import random
import signal
import subprocess
import time
from difflib import SequenceMatcher

import pytest
from live.crowd import Lent
from live.test_recorded import FIRMER, PROMISED, RULES, STORY

from firmer.detect.context import Context, Window
from firmer.detect.pipeline import Pipeline
from firmer.detect.printer import Printer
from firmer.detect.recorder import Recorder
from firmer.detect.replay import replay
from firmer.detect.rotation import Pieces
from firmer.fields.format import Format
from firmer.live.scan import Scan, scan
from firmer.live.session import tree, watch_tree
from firmer.live.source import LiveSource
from firmer.live.wanted import want
from firmer.rules.load import load_rules
from firmer.state.state import State

READERS = 6
LATE_S = 0.3
AFTER_S = 0.2
LINE = "*%evt.type|%proc.name|%fd.name|%evt.arg.data"
NAMES = 5  # programs that run each other


def describe(folder) -> list[str]:
    """Files that hold their own paths, and programs that each open a file with their name in its name, then run the next."""
    files = []
    for k in range(10):
        path = folder / f"file{k}"
        path.write_text(f"{path}")
        files.append(str(path))
    for k in range(NAMES):
        (folder / f"opened-by-prog{k}").touch()
        (folder / f"prog{k}").write_text(f"#!/bin/sh\n: <{folder}/opened-by-prog{k}\nexec {folder}/prog{(k + 1) % NAMES}\n")
        (folder / f"prog{k}").chmod(0o755)
    return files


def read(files: list[str], seed: int) -> None:
    """Opens, copies, reads and closes for ever: what is read says which file it was."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    chance, fds = random.Random(seed), []
    while True:
        what = chance.random()
        if what < 0.25 and len(fds) < 8:
            fds.append(os.open(chance.choice(files), os.O_RDONLY))
        elif what < 0.4 and fds:
            os.close(fds.pop(chance.randrange(len(fds))))
        elif what < 0.5 and len(fds) > 1:
            os.dup2(*chance.sample(fds, 2))
        elif fds:
            os.pread(chance.choice(fds), 200, 0)
        time.sleep(0.001)


def crowd(folder) -> int:
    files = describe(folder)
    pid = os.fork()
    if pid:
        return pid
    os.closerange(3, 1 << 12)
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    for seed in range(READERS):
        if os.fork() == 0:
            read(files, seed)
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
        os.execv(folder / "prog0", ["prog0"])
    while True:
        time.sleep(60)


def lines_of(probe, folder, look) -> tuple[list[list[str]], LiveSource]:
    """What is printed of a crowd, from before the scan until a while after it."""
    lent, out = Lent(probe), io.BytesIO()
    root = crowd(folder)
    try:
        time.sleep(0.3)
        watch_tree(probe, root)
        want(probe, None)
        source = LiveSource(lent, look(root))
        times: list[float] = []

        def tick() -> None:
            if source.scans and not times:
                times.append(time.monotonic())
            if times and time.monotonic() - times[0] > AFTER_S:
                source.stop()

        printer = Printer(Format(LINE, "falco"), out)
        with source:
            Pipeline(source, State("falco"), [printer], on_progress=tick).run()
        printer.finish()
        assert source.lost == 0 and source.account.missing() == 0
    finally:
        probe.want(())
        probe.want_tracepoints(())
        for pid in tree(root):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(root, 0)
        probe.unwatch(root)
        probe.watch_nothing()
    return [line.split("|")[:4] for line in out.getvalue().decode().splitlines() if line.count("|") >= 3], source


def late(root: int):
    def look(epoch: int) -> Scan:
        time.sleep(LATE_S)
        return scan(lambda: tree(root), epoch)

    return look


def wrong(lines: list[list[str]]) -> list[list[str]]:
    """Where what was read is not what the descriptor is called, or the program is not who it says."""
    found = []
    for line in lines:
        kind, program, name, data = line
        if ((kind == "pread64" or kind == "pread") and "/file" in data and name not in ("", "<NA>", data)) or (
            "opened-by-prog" in name and kind == "openat" and program not in (name.rpartition("-")[2], "<NA>")
        ):
            found.append(line)
    return found


def test_what_is_told_of_before_is_right_or_not_told(probe, tmp_path):
    known = {"file": 0, "prog": 0}
    for k in range(2):
        (tmp_path / str(k)).mkdir()
        lines, source = lines_of(probe, tmp_path / str(k), late)
        assert source.looked_back > 300 and source.passed_over == 0
        assert wrong(lines) == []
        known["file"] += sum(line[0].startswith("pread") and "/file" in line[2] for line in lines)
        known["prog"] += sum(line[1].startswith("prog") and "opened-by" in line[2] for line in lines)
    assert min(known.values()) > 50, known


def test_it_would_show(probe, tmp_path):
    """As if nothing had changed by the time of the scan: were that right, too, the test above would test nothing."""

    def forgetful(root: int):
        def look(epoch: int) -> Scan:
            found = late(root)(epoch)
            found.read_by_ns = dict.fromkeys(found.read_by_ns, 0)
            return found

        return look

    assert wrong(lines_of(probe, tmp_path, forgetful)[0]) != []


# -- recorded and replayed -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def rules_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(RULES)
    return str(path)


@pytest.fixture(scope="module")
def recorded(probe, rules_file, tmp_path_factory):
    """(path of the recording, alerts that were raised meanwhile, dumps): a shell does its story before the scan reads it, and again after."""
    folder = tmp_path_factory.mktemp("recorded")
    path = folder / "a.scap"
    rules, alerts, state = load_rules([rules_file], rule_matching="all"), [], State("falco")
    context = Context(folder / "dumps", Window.parse("2s"), Window.parse("2s"), enters=True)

    def sink(alert) -> None:
        context.attach(alert, pipeline.event, state)
        alerts.append(alert)

    rules.sink = sink
    recorder = Recorder(Pieces(str(path), enters=True))
    recorder.begin_capture(None)
    shell = subprocess.Popen(
        ["/bin/sh", "-c", f"while read x; do\n{STORY}\necho done\ndone"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    lent = Lent(probe)
    probe.watch(shell.pid)
    want(probe, None)

    def story() -> None:
        shell.stdin.write("\n")
        while "done" not in shell.stdout.readline():
            pass

    def look(epoch: int) -> Scan:
        story()
        return scan(lambda: tree(shell.pid), epoch)

    source = LiveSource(lent, look)
    told: list[bool] = []

    def tick() -> None:
        if source.scans and not told:
            told.append(True)
            story()
            source.stop()

    pipeline = Pipeline(source, state, [rules, recorder], context, tick)
    try:
        pipeline.run()
    finally:
        shell.kill()
        shell.communicate()
        source.close()
        probe.want(())
        probe.want_tracepoints(())
        probe.unwatch(shell.pid)
    recorder.finish()
    assert source.lost == 0 and source.looked_back > 0 and source.passed_over == 0
    return str(path), alerts, context.dumps


def said(alerts) -> list[tuple[str, str]]:
    return [(alert.rule, alert.output) for alert in alerts]


def test_rules_see_what_happened_before_the_scan(recorded):
    _, alerts, _ = recorded
    outputs = [" ".join(alert.output.split()[2:]) for alert in alerts if alert.rule == "shadow"]
    assert len(outputs) == 2 and outputs[0] == outputs[1], "the story, once before and once after the scan"
    assert "cat /etc/shadow sh /etc/shadow" in outputs[0]


def test_a_replay_raises_what_was_raised(recorded, rules_file):
    path, live, dumps = recorded
    again, of_dumps = [], []
    assert replay(path, load_rules([rules_file], rule_matching="all"), again.append).errors == []
    assert said(again) == said(live)
    for dump in dumps:
        assert replay(dump, load_rules([rules_file], rule_matching="all"), of_dumps.append).errors == []
    assert said(of_dumps) == said(live) and len(dumps) == 2, "one for each side of the border"


def test_sysdig_prints_the_same_lines(recorded, sysdig):
    path, _, _ = recorded
    ours = subprocess.run([*FIRMER, "dig", "-r", path], capture_output=True, check=True).stdout.splitlines()
    theirs = subprocess.run([sysdig, "-r", path], capture_output=True, check=True).stdout.splitlines()
    assert len(theirs) > 1000
    same = sum(block.size for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks())
    assert same >= PROMISED * max(len(ours), len(theirs)), [pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1]][:3]
