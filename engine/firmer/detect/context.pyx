"""What happened around an alert: dumps cut out of the ring and of what follows.

A dump begins with the state as of the first event of the alert's window and goes on to the window's last: it explains itself. When windows
overlap, one dump holds them all. When that grows beyond a limit, the next dump goes on where it ends, and explains itself, too.
"""

import errno
import os
import re
from contextlib import suppress

from libc.stdint cimport uint64_t

from firmer.capture.writer cimport Writer
from firmer.detect.ring cimport Reach, Ring, Segment, Walk
from firmer.event cimport Event
from firmer.events.table cimport SYSDIG_TYPES
from firmer.state.state cimport State

from firmer.capture.encode import state_only
from firmer.capture.reader import Reader
from firmer.detect.ring import Blocks
from firmer.record import record

DEFAULT_SEGMENT_BYTES = 4 << 20
DEFAULT_LIMIT_BYTES = 48 << 20
DEFAULT_LARGEST_BYTES = 256 << 20
LONGEST_NAME = 40  # characters of a rule or process in a file name
NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{9}_[A-Za-z0-9._-]+\.scap")  # of dumps, see `stem`: nothing else is ever removed
UNITS_NS = {"ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


@record(frozen=True, slots=True)
class Window:
    """How far a dump reaches to one side of the alert: a time in ns, or a number of events."""

    ns: int = 0
    events: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Window":
        """`30s`, `500ms`, `2m`, `1h`, or a plain number of events. Raises ValueError."""
        match = re.fullmatch(r"([0-9]{1,18})(ms|s|m|h)?", text.strip())
        if match is None:
            raise ValueError(f"'{text}' is neither a time such as 30s, 500ms, 2m, nor a number of events")
        number, unit = int(match[1]), match[2]
        return cls(events=number) if unit is None else cls(ns=number * UNITS_NS[unit])


cdef class Context:
    def __init__(
        self, folder, before, after, segment_bytes=DEFAULT_SEGMENT_BYTES, limit_bytes=DEFAULT_LIMIT_BYTES, largest_bytes=DEFAULT_LARGEST_BYTES,
        total_bytes=0, enters=False,
    ) -> None:
        """Dumps go to the folder, which is made when it is not there; `before` and `after` are Windows. Raises OSError.

        limit_bytes    of memory, for the last events
        largest_bytes  of events in one dump: the next one goes on (one event at least; the state before them comes on top)
        total_bytes    of all dumps in the folder: before a further one the oldest go (0: all stay)
        enters         exits that come without an enter event get one: for sources that have none
        """
        self.folder = str(folder)
        self.before = Reach(before)
        self.after = Reach(after)
        self.enters = enters
        self.ring = Ring(segment_bytes, limit_bytes)
        self.largest_bytes = largest_bytes
        self.total_bytes = total_bytes
        self.dumps = []
        prepare(self.folder)

    # -- per event -----------------------------------------------------------------------------------------------------
    cdef int section(self) except -1:
        """A section began: nothing before it belongs to what follows."""
        self.finish()
        return self.ring.clear()

    cdef int keep(self, Event event, State state) except -1:
        """Take the event into the ring, and into the open dump while its window lasts. Called before the state sees the event."""
        if self.failure is not None:
            return 0
        self.ring.keep(event, state, self.before)
        if self.writer is not None:
            try:
                self.proceed(event)
            except OSError as error:
                self.give_up(error)
        return 0

    cdef int idle(self, uint64_t now) except -1:
        """Nothing comes, and it is `now`: a dump that no later event or alert can belong to is complete."""
        cdef bint timed = not self.after.counted and not self.before.counted
        if self.writer is not None and timed and now > self.end and now - self.end > self.before.far:
            self.finish()
        return 0

    cdef int proceed(self, Event event) except -1:
        if not self.paused:
            if not self.after.past(event, self.end):
                return self.put(event)
            self.paused = True
            self.gap_segment = self.ring.current
            self.gap_at = self.gap_segment.used - event.block_size
            self.gap_num, self.gap_ts = event.num, event.ts
        if not self.before.back_to(event, self.gap_num, self.gap_ts):
            self.finish()
        return 0

    # -- per alert -----------------------------------------------------------------------------------------------------
    def alert(self, Event event not None, rule: str, process: bytes) -> tuple[str, int | None] | None:
        """Path of the dump that this event's alert is in, and the event's number in it as sysdig counts (None: it does not know the type).

        Opens a dump, or makes the open one last longer. The event must be the one that `keep` took last. None when dumps cannot be written.
        """
        if self.failure is not None:
            return None
        try:
            if self.paused:
                self.go_on(event)
            if self.writer is None:
                self.open(event, rule, process)
        except OSError as error:
            self.give_up(error)
            return None
        self.end = max(self.end, self.after.end_of(event))
        return self.path, self.writer.numbered if event.type < SYSDIG_TYPES else None

    def attach(self, alert, Event event not None, State state not None) -> None:
        """The same for an `alert.Alert` about this event, which then names the dump."""
        process = state.thread.comm if state.thread is not None else b""
        place = self.alert(event, alert.rule, process)
        if place is not None:
            alert.capture, number = place
            if number is not None:
                alert.capture_event = number

    def finish(self) -> None:
        """Close the open dump, if any."""
        if self.writer is None:
            return
        try:
            self.complete()
        except OSError as error:
            self.give_up(error)
        self.writer = self.file = self.gap_segment = None
        self.paused = False
        self.end = 0

    cdef int open(self, Event event, rule, process) except -1:
        cdef Walk walk
        self.rule, self.process = rule, process
        self.shortened += self.ring.cut_short(event, self.before)
        walk = self.ring.window(event, self.before)
        self.begin(event, walk)
        return self.copy(Walk(self.ring, walk.segment, walk.at, walk.event.num))

    cdef int begin(self, Event event, Walk walk) except -1:
        """A new file, named after the event, with the state that the ring's follower has reached on its walk."""
        cdef Event enter
        cdef State state = self.ring.follower_state
        if self.total_bytes:
            self.removed += make_room(self.folder, max(self.total_bytes, self.largest_bytes) - self.largest_bytes)
        self.path, self.file = create(self.folder, stem(event.ts, self.rule, self.process), event.num)
        self.dumps.append(self.path)
        self.writer = Writer(self.file, enters=self.enters)
        self.filled = 0
        section = state.snapshot()
        self.writer.section(section, walk.event.ts)
        for enter in Reader("context", source=Blocks(b"".join(state.pending_enters()))).events_iter():
            # before the window: for the state of whoever reads the dump, not to be shown
            self.writer.event_bytes(state_only(enter.block_bytes))
        return 0

    cdef int go_on(self, Event event) except -1:
        """The paused dump takes what happened since, up to the event; it ends when the memory limit took some of that."""
        if not self.ring.holds(self.gap_segment):
            self.finish()
            return 0
        self.paused = False
        return self.copy(Walk(self.ring, self.gap_segment, self.gap_at, self.gap_num))

    cdef int copy(self, Walk walk) except -1:
        while walk.next():
            self.put(walk.event)
        return 0

    cdef int put(self, Event event) except -1:
        if self.filled and self.filled + event.block_size > self.largest_bytes:
            self.complete()
            self.cut += 1
            self.begin(event, self.ring.bring_to(event.num))
        self.filled += event.block_size
        return self.writer.event(event)

    cdef int complete(self) except -1:
        self.writer.close()
        self.file.close()
        return 0

    cdef int give_up(self, error) except -1:
        """No more dumps: a full disk does not get better, and the alerts matter more."""
        if self.failure is None:
            self.failure = f"{self.path}: {error.strerror}; nothing further was written there"
        if self.file is not None:
            with suppress(OSError):
                self.file.close()
        self.writer = self.file = self.gap_segment = None
        self.paused = False
        return self.ring.clear()


def prepare(folder: str) -> None:
    """The folder is there and can be written to, or OSError says why not."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), folder)


def create(folder: str, stem: str, num: int):
    """(path, open file) of a new dump. Never overwrites: the event's number in the source is added, then a counter."""
    for attempt in range(10_000):
        ending = "" if attempt == 0 else f"-{num}" if attempt == 1 else f"-{num}-{attempt}"
        path = os.path.join(folder, f"{stem}{ending}.scap")
        try:
            return path, open(path, "xb", buffering=0, opener=private)
        except FileExistsError:
            continue
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)


def private(path: str, flags: int) -> int:
    """Dumps hold what users typed and read: they are for their owner only."""
    return os.open(path, flags, 0o600)


def make_room(folder: str, limit_bytes: int) -> int:
    """Remove the oldest dumps of the folder until all of them take no more than the limit; how many went."""
    with os.scandir(folder) as entries:
        dumps = sorted((entry.name, entry.stat(follow_symlinks=False).st_size) for entry in entries if NAME.fullmatch(entry.name))
    total, count = sum(size for _, size in dumps), 0
    for name, size in dumps:  # names begin with the time
        if total <= limit_bytes:
            break
        os.unlink(os.path.join(folder, name))
        total -= size
        count += 1
    return count


def stem(ts: int, rule: str, process: bytes) -> str:
    """Name of a dump: time (UTC), rule and process."""
    from datetime import datetime, timezone  # most runs write no dump

    when = datetime.fromtimestamp(ts // 10**9 if ts < 1 << 63 else 0, timezone.utc).strftime("%Y-%m-%dT%H-%M-%S")
    return f"{when}.{ts % 10**9:09d}_{plain(rule)}_{plain(process.decode('utf-8', 'replace'))}"


def plain(text: str) -> str:
    """A text that is safe as part of a file name: letters, digits, dot, dash, underscore."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).strip("-.")[:LONGEST_NAME] or "unknown"
