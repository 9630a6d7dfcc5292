"""Records the demo's capture: the staged attack, seen by firmer's own probe, which watches the staged host and nothing else.

python -m firmer.authoring.demo.record [FILE]    as root; without FILE the bundled capture is written anew (make demo-capture)
"""

from __future__ import annotations

import os
import sys
import time

from firmer.authoring.demo import CAPTURE
from firmer.authoring.demo.attacker import attack
from firmer.authoring.demo.world import NEW_NET, NEW_UTS, World, check, forked, libc
from firmer.detect.pipeline import Pipeline
from firmer.detect.recorder import Recorder
from firmer.detect.rotation import Pieces, Rotation
from firmer.errors import FirmerError
from firmer.live import users
from firmer.live.containers import record as container_record
from firmer.live.probe import Options, Probe
from firmer.live.scan import Scan, scan
from firmer.live.session import tree, watch_tree
from firmer.live.source import LiveSource
from firmer.live.wanted import want
from firmer.state.consumer import Consumer
from firmer.state.state import State

SETTLE_S = 1.5  # until the services are there
IMAGE = {"name": "shop", "image": "registry.example/shop/api:2.3", "imagerepo": "registry.example/shop/api", "imagetag": "2.3"}


class Recording:
    """One run of the attack. The attacker waits outside until the probe is on, and the source ends when the attack has."""

    def __init__(self, world: World) -> None:
        self.world = world
        go, self.go = os.pipe()
        self.attacker = forked(lambda: os.read(go, 1) and attack(world.pid))
        self.begun = False
        self.status = 1
        self.source: LiveSource | None = None

    def write(self, path: str, *others: Consumer) -> int:
        """How many events the capture has; other consumers see them, too.

        Raises FirmerError when the attack did not come off, or an event was lost.
        """
        recorder = Recorder(Pieces(path, Rotation(0, 0, 0, 0), True, enters=True))
        probe = Probe.start(Options(snaplen=120))
        want(probe, None)
        watch_tree(probe, self.world.pid)
        with LiveSource(probe, self.scan) as source:
            self.source = source
            recorder.begin_capture(None)
            Pipeline(source, State("falco"), [recorder, *others], on_progress=self.look).run()
            recorder.finish()
            lost = {name: count for name, count in source.losses().items() if count}
        if self.status or lost:
            raise FirmerError(f"the attack ended with status {self.status}; lost: {lost}")
        return recorder.recorded

    def look(self) -> None:
        """Between two steps of the pipeline."""
        assert self.source is not None
        if not self.begun and self.source.scans:
            os.write(self.go, b"x")
            self.begun = True
        pid, status = os.waitpid(self.attacker, os.WNOHANG)
        if pid:
            self.status = os.waitstatus_to_exitcode(status)
            self.source.stop()

    def scan(self, epoch: int) -> Scan:
        """The staged host as it is, under its own name, with its own accounts and addresses: the scan's thread enters its network and name."""
        for name, kind in (("net", NEW_NET), ("uts", NEW_UTS)):
            space = os.open(f"/proc/{self.world.pid}/ns/{name}", os.O_RDONLY)
            check(libc.setns(space, kind), "setns")
            os.close(space)
        found = scan(lambda: tree(self.world.pid), epoch)
        root = os.open(f"/proc/{self.world.pid}/root", os.O_PATH | os.O_DIRECTORY)
        found.section.users, found.section.groups = users.read_accounts(root, b"", found.notes)
        os.close(root)
        # the runtime of the stage cannot be asked for names
        found.section.containers = [container_record(container, IMAGE) for container in found.containers]
        return found


def main(words: list[str]) -> None:
    path = words[0] if words else str(CAPTURE)
    print(f"{path}: {record(path):,} events")


def record(path: str, *others: Consumer) -> int:
    with World() as world:
        time.sleep(SETTLE_S)
        return Recording(world).write(path, *others)


if __name__ == "__main__":
    main(sys.argv[1:])
