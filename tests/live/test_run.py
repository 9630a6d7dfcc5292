"""`firmer run` on the host: alerts reach their outputs with dumps, rights are given up, a reload loses nothing. Only one child is watched."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from live.stage import TIME_LIMIT as LIMIT_S
from live.stage import lacking

from firmer.capture.reader import Reader
from firmer.events.section import Section

RULE = """
- rule: Secret {name}
  desc: it was opened
  condition: evt.type in (openat, {more}) and fd.name startswith {folder}/secret
  output: "%fd.name %proc.name"
  priority: WARNING
"""
# The watched child: opens what it is told to, a path a line; a number makes and opens so many.
ACTOR = """
import os, sys
for line in sys.stdin:
    word = line.strip()
    for name in (f"{sys.argv[1]}/secret{k}" for k in range(int(word))) if word.isdigit() else (word,):
        os.close(os.open(name, os.O_RDONLY | os.O_CREAT))
    print("done", flush=True)
"""


class Daemon:
    """An actor, and `firmer run` that watches it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.actor = subprocess.Popen(
            [sys.executable, "-ISc", ACTOR, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.rules("one", "openat2")
        (folder / "secret").touch()
        (folder / "firmer.yaml").write_text(
            f"rules_files: [{folder}/rules.yaml]\n"
            f"outputs: [{{type: file, path: {folder}/alerts.json}}, {{type: apprise, urls: ['{url}'], every: 100ms}}]\n"
            f"context: {{folder: {folder}/dumps, before: 10s, after: 10s}}\n"
            f"probe: {{ring: 32MB, watch: {{tree: {self.actor.pid}}}}}\n"
        )
        command = f"import sys; sys.path[:] = {sys.path!r}; from firmer.ui.cli.main import main; main()"
        self.run = subprocess.Popen(
            [sys.executable, "-c", command, "run", "--config", f"{folder}/firmer.yaml"], stderr=subprocess.PIPE, text=True
        )
        self.said: list[str] = []
        self.wait_for("rules in force")

    def rules(self, name: str, more: str) -> None:
        (self.folder / "rules.yaml").write_text(RULE.format(name=name, more=more, folder=self.folder))

    def wait_for(self, words: str) -> None:
        """A line of the daemon's standard error with these words."""
        for line in self.run.stderr:
            self.said.append(line)
            if words in line:
                return
        raise AssertionError("".join(self.said))

    def act(self, word: object) -> None:
        self.actor.stdin.write(f"{word}\n")

    def acted(self) -> None:
        assert self.actor.stdout.readline() == "done\n"

    @property
    def alerts(self):
        return [json.loads(line) for line in (self.folder / "alerts.json").read_text().splitlines()]

    def alerts_until(self, path: Path, first: int) -> list[dict[str, Any]]:
        """Those from number `first` on, once the one for this path is there."""
        until = time.monotonic() + LIMIT_S
        while time.monotonic() < until:
            found = self.alerts[first:]
            if found and found[-1]["output_fields"]["fd.name"] == str(path):
                return found
            time.sleep(0.05)
        raise AssertionError(f"no alert for {path}: {found[-3:]}")

    def end(self) -> str:
        self.run.send_signal(signal.SIGTERM)
        said = "".join(self.said) + self.run.communicate(timeout=LIMIT_S)[1]
        assert self.run.returncode == 0, said
        return said

    def close(self) -> None:
        for process in (self.actor, self.run):
            process.kill()
            process.communicate()


class Receiver(HTTPServer):
    """Takes notifications on loopback."""

    def __init__(self) -> None:
        self.taken: list[dict[str, str]] = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.serve_forever, args=(0.01,))
        self.thread.start()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def receiver():
    server = Receiver()
    yield server
    server.shutdown()
    server.thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def daemon(tmp_path_factory, receiver):
    """One for all tests: loading the probe takes seconds. The last test ends it."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    daemon = Daemon(tmp_path_factory.mktemp("run"), f"json://127.0.0.1:{receiver.server_address[1]}/")
    yield daemon
    daemon.close()


def test_no_right_is_left(daemon):
    status = [task.joinpath("status").read_text() for task in Path(f"/proc/{daemon.run.pid}/task").iterdir()]
    assert len(status) > 1
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert {int(re.search(rf"{name}:\s+(\w+)", text)[1], 16) for text in status} == {0}
    assert all("NoNewPrivs:\t1" in text for text in status)


def test_reload_under_load_loses_no_event(daemon):
    count, before = 8000, len(daemon.alerts)
    daemon.act(count)
    for name, more in (("two", "unlinkat"), ("three", "mkdirat"), ("four", "openat2")):
        daemon.rules(name, more)
        daemon.run.send_signal(signal.SIGHUP)
        daemon.wait_for("read anew")
    daemon.acted()
    daemon.act(daemon.folder / "secret")
    daemon.acted()
    alerts = daemon.alerts_until(daemon.folder / "secret", before)
    assert [alert["output_fields"]["fd.name"] for alert in alerts] == [f"{daemon.folder}/secret{k}" for k in (*range(count), "")]
    assert len({alert["rule"] for alert in alerts}) > 1 and alerts[-1]["rule"] == "Secret four"


def test_bad_rules_are_told_and_not_taken(daemon):
    before = len(daemon.alerts)
    daemon.rules("(", "(")
    daemon.run.send_signal(signal.SIGHUP)
    daemon.wait_for("stay in force")
    daemon.act(daemon.folder / "secret")
    daemon.acted()
    (alert,) = daemon.alerts_until(daemon.folder / "secret", before)
    assert alert["rule"].startswith("Secret ") and alert["rule"] != "Secret ("
    assert "rules.yaml" in "".join(daemon.said)


def test_time_is_left_for_nobody_else(daemon):
    """A daemon that has nothing to do takes next to no processor time."""
    began = ticks(daemon.run.pid)
    time.sleep(2)
    assert ticks(daemon.run.pid) - began < 0.3


def test_at_the_end_all_is_delivered_and_the_dump_is_whole(daemon, receiver):
    for name in ("before", "secret", "after"):
        daemon.act(daemon.folder / name)
        daemon.acted()
    said = daemon.end()
    *_, alert = daemon.alerts
    assert f"{len(daemon.alerts):,} alerts" in said and "not delivered" not in said
    assert alert["output_fields"]["fd.name"] == f"{daemon.folder}/secret"
    *_, notification = receiver.taken
    assert f"{daemon.folder}/secret " in notification["message"] and alert["capture"] in notification["message"]
    opened, threads = [], []
    for step in Reader(alert["capture"]).steps():
        if isinstance(step, Section):
            threads += step.threads
        elif (found := re.search(rb"/(before|secret|after)\0", step.block_bytes)) and step.type % 2:
            opened.append(found[1].decode())
    assert opened[-3:] == ["before", "secret", "after"]
    assert daemon.actor.pid in {thread.pid for thread in threads}


def ticks(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
