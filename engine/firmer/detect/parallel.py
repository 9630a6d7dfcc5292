"""Work over several files in processes of their own, with output in the order of the files."""

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from tempfile import TemporaryFile
from typing import BinaryIO

Work = Callable[[str, BinaryIO], bytes]  # path and stream for output -> what the parent is to know


class Child:
    """One forked process: its output and its answer are spooled until its turn comes."""

    def __init__(self, path: str, work: Work) -> None:
        self.path = path
        self.output = TemporaryFile()  # noqa: SIM115 - until `close`
        self.answer = TemporaryFile()  # noqa: SIM115
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if not self.pid:
            self.run(work)

    def run(self, work: Work) -> None:
        """In the child. Whoever stops the parent stops the child, without a word from it."""
        status = 1
        try:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            self.answer.write(work(self.path, self.output))
            self.output.flush()
            self.answer.flush()
            status = 0
        except BaseException:  # noqa: BLE001 - the parent learns from the status that it failed; why must not vanish with the process
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(status)

    def wait(self) -> int:
        """Exit status, negative for a signal."""
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def stop(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGTERM)
            self.wait()

    def close(self) -> None:
        self.stop()
        self.output.close()
        self.answer.close()


def in_processes(paths: Sequence[str], work: Work, out: BinaryIO, jobs: int) -> Iterator[tuple[str, bytes, str]]:
    """(path, answer, failure) of each path in turn, its output copied to `out` before; at most `jobs` run at a time.

    Forked, so that what the parent has compiled is shared. Leaving early stops those that run.
    """
    waiting = list(paths)
    running: list[Child] = []
    out.flush()
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                running.append(Child(waiting.pop(0), work))
            child = running[0]
            status = child.wait()
            child.output.seek(0)
            while piece := child.output.read(1 << 20):
                out.write(piece)
            child.answer.seek(0)
            yield child.path, child.answer.read(), ended(status) if status else ""
            running.pop(0).close()
    finally:
        for child in running:
            child.close()


def ended(status: int) -> str:
    """How a process ended, in words."""
    if status > 0:
        return f"the process that replayed it failed with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"the process that replayed it was ended by {name}"
