"""How often each type of event came: sysdig's -S.

sysdig sorts the counts of all its types, most of them zero, with a sort that is not stable, so that equal counts come in an order which looks
like none. `as_sysdig_sorts` puts them there, too: who compares two outputs sees no difference where there is none.
"""

from collections.abc import Sequence

ROWS = 100
NAME = 16  # columns
SYSDIG_ROWS = 336 + 2 * 329  # its event types, and entry and exit of its system calls: so many rows it sorts
SMALL = 16  # as many rows are not divided further

Row = tuple[str, int]


def summary(counts: Sequence[Row]) -> bytes:
    """A table by `> open`, most frequent first."""
    rule = "-" * 22
    lines = [rule, f"{'Event':{NAME}}#Calls", rule]
    rows = as_sysdig_sorts([*counts[:SYSDIG_ROWS], *(row for row in counts[SYSDIG_ROWS:] if row[1])])
    for name, count in [row for row in rows if row[1]][:ROWS]:
        lines.append(f"{name[:2]}{name[2:]:{NAME}.{NAME}}{count}")
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


def added(first: Sequence[Row], second: Sequence[Row]) -> list[Row]:
    """Counts of two captures together; both have a row for each type."""
    return [(name, count + more) for (name, count), (_, more) in zip(first, second, strict=True)] if first else list(second)


def as_sysdig_sorts(rows: Sequence[Row]) -> list[Row]:
    """Descending by count. Parts are divided around the median of three rows until they are small, then sorted by insertion."""
    rows = list(rows)
    parts = [(0, len(rows))]
    while parts:
        first, last = parts.pop()
        while last - first > SMALL:
            middle = divide(rows, first, last)
            parts.append((middle, last))
            last = middle
    # rows of one part never leave it, and insertion keeps the order of equal ones, as Python's sort does
    return sorted(rows, key=lambda row: -row[1])


def divide(rows: list[Row], first: int, last: int) -> int:
    """Rows before the result count at least as much as the pivot, those from it on at most as much."""
    pivot = median(rows, first + 1, (first + last) // 2, last - 1)
    rows[first], rows[pivot] = rows[pivot], rows[first]
    limit = rows[first][1]
    left, right = first + 1, last
    while True:
        while rows[left][1] > limit:
            left += 1
        right -= 1
        while rows[right][1] < limit:
            right -= 1
        if left >= right:
            return left
        rows[left], rows[right] = rows[right], rows[left]
        left += 1


def median(rows: list[Row], a: int, b: int, c: int) -> int:
    """Which of three rows stands between the others; of equal ones the one that sysdig's sort takes."""
    x, y, z = rows[a][1], rows[b][1], rows[c][1]
    if x > y:
        return b if y > z else c if x > z else a
    return a if x > z else c if y > z else b
