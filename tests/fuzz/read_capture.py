"""Reads captures whole and tells what they hold: the target of fuzzers of the reader.

usage: read_capture.py CAPTURE...

Prints a line a section and a line an event. Exit status 1 after damage, which is told on stderr; any other end is a defect.
"""

import sys

from firmer.capture.reader import Reader
from firmer.errors import BadCapture
from firmer.events.section import Section


def read(path: str) -> int:
    reader = Reader(path)
    for step in reader.steps():
        if isinstance(step, Section):
            print("section", len(step.threads), sum(map(len, step.fds.values())), len(step.users), len(step.groups), len(step.interfaces))
        else:
            print(step.num, step.ts, step.tid, step.type, step.today, *[step.param_bytes(k) for k in range(step.nparams)])
    if reader.notes:
        print(path, reader.notes, file=sys.stderr)
    return 0


def main() -> int:
    status = 0
    for path in sys.argv[1:]:
        try:
            read(path)
        except BadCapture as damage:
            print(damage, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
