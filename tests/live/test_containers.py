"""Containers that an engine of our own knows: control groups with its names, and processes of ours that go into them."""

import json
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from live.stage import lacking

ENGINE = """
import json, os, socket, sys, threading
from firmer.ui.cli.main import main
names = json.loads(os.environ["NAMES"])
server = socket.socket(socket.AF_UNIX)
server.bind("/run/docker.sock")
server.listen()
def serve():
    while True:
        connection = server.accept()[0]
        with connection:
            name = names.get(connection.recv(4096).decode().split("/")[3], "")
            body = json.dumps({"Name": "/" + name, "Config": {"Image": "shop/" + name + ":1"}})
            connection.sendall(f"HTTP/1.0 {200 if name else 404} so\\r\\n\\r\\n{body}".encode())
threading.Thread(target=serve, daemon=True).start()
sys.exit(main())
"""
# goes into one group, and when it is watched into another
STORY = """
echo $$ > {0}/cgroup.procs; echo ready
while [ ! -e {2} ]; do /bin/true ran; sleep 0.1; done
echo $$ > {1}/cgroup.procs; /bin/true began
sleep 1; /bin/true later
"""
FORMAT = "*%proc.args %container.id %container.name %container.image"


@pytest.fixture
def groups():
    """Two groups as Docker names them, and the ids."""
    reason = lacking()
    if reason:
        pytest.skip(reason)
    mounts = [line.split() for line in Path("/proc/self/mountinfo").read_text().splitlines()]
    root = next((Path(words[4]) for words in mounts if words[words.index("-") + 1] == "cgroup2"), None)
    if root is None or not os.access(root, os.W_OK):
        pytest.skip("needs a unified hierarchy of control groups that may be written")
    ids = [uuid.uuid4().hex * 2 for _ in range(2)]
    top = root / f"firmer-{uuid.uuid4().hex[:8]}"
    found = [top / f"docker-{each}.scope" for each in ids]
    for group in found:
        group.mkdir(parents=True)
    yield found, ids
    for group in (*found, top):
        group.rmdir()


@pytest.fixture
def dig():
    """firmer dig in a mount namespace whose /run is empty but for the engine."""
    started = []

    def start(*args, names):
        prepare = 'mount --make-rprivate / && mount -t tmpfs tmpfs /run && exec "$@"'
        code = f"import sys; sys.path[:] = {sys.path!r}\n{ENGINE}"
        command = ["unshare", "-m", "sh", "-c", prepare, "sh", sys.executable, "-c", code, "dig", *args]
        environment = os.environ | {"NAMES": json.dumps(names)}
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
        return started[-1]

    yield start
    for each in started:
        each.kill()
        each.communicate()


def test_what_runs_and_what_begins_gets_its_name(groups, dig, tmp_path):
    places, (web, db) = groups
    go = tmp_path / "go"
    with subprocess.Popen(["sh", "-c", STORY.format(*places, go)], stdout=subprocess.PIPE) as shell:
        assert shell.stdout.readline() == b"ready\n"
        live = dig(
            "--pid", str(shell.pid), "-n", "1000", "-M", "30", "--unbuffered", "-p", FORMAT, "evt.type=execve and proc.name=true",
            names={web: "web", db: "db"},
        )  # fmt: skip
        assert live.stdout.readline().split() == ["ran", web[:12], "web", "shop/web:1"], "what ran has its name in the first event"
        go.touch()
        came = iter(live.stdout.readline, "")
        lines = [next(line.split() for line in came if not line.startswith("ran")) for _ in range(2)]
    assert [line[:2] for line in lines] == [["began", db[:12]], ["later", db[:12]]]
    assert lines[0][2:] in (["<NA>", "<NA>"], ["db", "shop/db:1"])
    assert lines[1][2:] == ["db", "shop/db:1"]
