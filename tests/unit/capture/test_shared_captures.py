"""Every capture that a developer has beside the repository, counted by the independent reader that came with the format's description."""

import importlib.util
from collections import Counter

from firmer.capture.reader import Reader
from firmer.events.section import Section


def test_counts_equal_those_of_the_plain_reader(shared):
    spec = importlib.util.spec_from_file_location("verify_parser", shared / "spec" / "verify_parser.py")
    plain = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(plain)
    for path in sorted((shared / "captures").glob("*.scap")):
        expected = plain.read(str(path))
        found, threads, fds, sections = Counter(), 0, 0, 0
        for step in Reader(str(path)).steps():
            if isinstance(step, Section):
                sections, threads, fds = sections + 1, threads + len(step.threads), fds + sum(map(len, step.fds.values()))
            else:
                found[step.type, step.nparams] += 1
        assert (found, threads, fds, sections) == tuple(expected[key] for key in ("nparams", "threads", "fds", "sections")), path.name
