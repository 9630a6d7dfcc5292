"""How often each type of event came: sysdig's -S."""

from collections.abc import Mapping

ROWS = 100
NAME = 16  # columns


def summary(counts: Mapping[str, int]) -> bytes:
    """A table by `> open`, most frequent first, equal ones by name: sysdig leaves their order open."""
    rule = "-" * 22
    lines = [rule, f"{'Event':{NAME}}#Calls", rule]
    for name, count in sorted(counts.items(), key=lambda row: (-row[1], row[0][2:], row[0]))[:ROWS]:
        lines.append(f"{name[:2]}{name[2:]:{NAME}.{NAME}}{count}")
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")
