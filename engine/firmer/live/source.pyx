"""The host as it runs, as a source of events.

Start: the probe is on before the host is scanned, and what happens meanwhile waits. Then it comes behind the state of before it, as far as that
is known (live.before). What the scan found is next, as a section of its own; of each process, what is newer than the moment at which the scan
began to read it comes a second time behind that, for the state only: nothing is missed, nothing is told twice, and from here on the state is
what the scan found.

Loss: what did not fit into a ring is counted by the probe. It is told by a drop event, and the state, which may miss what it did, is made anew
by another scan. Meanwhile events go on to consumers; they are kept, too, and come a second time behind the scan, for the state only.
"""

import time
from collections import deque

from libc.stdint cimport int64_t, uint32_t, uint64_t

from firmer.event cimport Event, int_or
from firmer.events.source cimport STEP_END, STEP_EVENT, STEP_IDLE, STEP_SECTION
from firmer.live.account cimport Account
from firmer.live.backlog cimport Backlog
from firmer.live.before cimport Before
from firmer.live.lanes cimport Lanes, nap
from firmer.live.ring cimport fill_block

from firmer.events.section import Section
from firmer.live import notices
from firmer.live.scan import Scan
from firmer.live.scanner import Scanner
from firmer.live.wanted import want

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_PROCEXIT_1_E, PPME_SYSCALL_CLONE_20_X

cdef enum:
    GO_ON = 99                      # beside the values of Step: look again
    CLONE_INVERTED = 1 << 16        # of ThreadEntry.flags: the thread is known, whatever its maker says
    CLONE_PID = 4                   # parameter of today's clone event
    PUMP = 8192                     # events of the backlog between two looks at the rings
    MAX_TRIES = 3                   # scans at the start that losses overtake

cdef uint64_t MS = 1_000_000
cdef uint64_t SECOND = 1_000_000_000
cdef uint64_t IDLE = 20 * MS
cdef uint64_t BETWEEN_SCANS = 2 * SECOND
cdef uint64_t SCAN_SHARE = 20       # rescans take at most this part of the time
cdef uint64_t LAST_WAIT = SECOND // 2
DEFAULT_BACKLOG = 256 << 20
RING_FULL = "events lost: the ring was full"
TOO_BIG = "events lost: larger than a capture may hold"
SKIPPED = "events lost: a program was interrupted by itself"
UNWATCHED = "processes of the watched tree that found no room in the probe's list"
UNFOLLOWED = "operations of io_uring with a silent success whose outcome was not seen"


cdef class LiveSource(Source):
    def __init__(self, probe, scan=None, backlog_bytes=DEFAULT_BACKLOG) -> None:
        """probe  a running probe.Probe, which `close` closes
        scan   gives a scan.Scan for the epoch of the boot clock; None: what was there before stays unknown
        """
        self.probe = probe
        self.notes = {}
        self.records = deque()
        self.lanes = Lanes(probe.rings, probe.conf)
        self.account = Account(probe.stats, probe.cpus)
        self.backlog = Backlog(backlog_bytes)
        self.scan = scan
        self.begin_scan()

    # -- per event -----------------------------------------------------------------------------------------------------
    cdef int next(self, Event event) except -1:
        cdef int step
        while True:
            if self.phase >= FLOWING and self.lanes.take(event):
                self.number(event)
                self.account.count(event)
                if self.phase == HEALING and not self.backlog.add(event.block, event.block_size, True):
                    self.give_up_healing()
                return STEP_EVENT
            step = self.advance(event)
            if step != GO_ON:
                return step

    cdef int number(self, Event event) noexcept:
        self.events += 1
        event.num = self.events
        self.lately = True
        return 0

    cpdef int give_back(self) except -1:
        return self.lanes.give_back()

    # -- between events ------------------------------------------------------------------------------------------------
    cdef int advance(self, Event event) except -1:
        """What there is to do when no event is ready. A Step, or GO_ON."""
        cdef int step = GO_ON
        if self.stopping and not self.off:
            self.off = True
            self.probe.watch_nothing()
        if self.phase == LOOKING_BACK:
            if self.look_back(event):
                return STEP_EVENT
            self.section, self.scanned, self.early = self.scanned, None, None
            self.scans += 1
            self.phase = CATCHING_UP
            return STEP_SECTION
        if self.phase == CATCHING_UP:
            if self.catch_up(event):
                return STEP_EVENT
            self.phase = FLOWING
            return GO_ON
        if self.phase == SCANNING:
            if self.off:
                return STEP_END
            self.lanes.refresh()
            if not self.lanes.copy(self.backlog):
                self.notes["backlog full while the host was scanned"] = 1
            elif self.scan_over():
                return STEP_SECTION if self.finish_scan(event) else GO_ON
            self.lanes.give_back()
        else:
            step = self.flow(event)
            if step != STEP_IDLE:
                return step
        if self.lately or self.phase == SCANNING:
            self.lately = False
            nap(MS)                 # without a wake-up: in a storm they cost their makers dearly
        elif not self.lanes.sleep():
            nap(MS // 50)
        self.now = self.lanes.now()
        if self.now - self.idle_ts < IDLE:
            return GO_ON
        self.idle_ts = self.now
        return STEP_IDLE

    cdef int flow(self, Event event) except -1:
        """Between two rounds; STEP_IDLE when nothing is ready."""
        cdef bint found
        self.lanes.give_back()
        if self.lost != self.told:
            return self.tell_drop(event)
        if self.records:
            return self.put(event, notices.container(self.lanes.horizon, self.records.popleft()))
        if self.phase == HEALING and self.scan_over() and self.finish_scan(event):
            return STEP_SECTION
        found = self.lanes.refresh()
        if self.lanes.horizon - self.tick_ts >= SECOND or self.off:
            self.tick()
        if self.lanes.choose():
            return GO_ON
        if self.off and not self.still_coming(found):
            return STEP_END if self.lost == self.told else GO_ON
        return STEP_IDLE

    cdef bint still_coming(self, bint found) except -1:
        """After the probe went off: whether one of its programs may still be at work. `found`: something stands in a ring."""
        if self.off_ts == 0:
            self.off_ts = self.lanes.horizon
        return (found or self.account.missing() > 0) and self.lanes.horizon - self.off_ts < LAST_WAIT

    cdef int tick(self) except -1:
        """Once a second: what was lost, and the epoch of the boot clock, which goes forward only so that time stays in order."""
        cdef uint64_t lost = self.account.lost() + <uint64_t>self.probe.missed()
        cdef int64_t late = <int64_t>time.time_ns() - <int64_t>self.lanes.now()
        self.tick_ts = self.lanes.horizon
        if late > <int64_t>MS and self.scanner is None:
            self.lanes.conf[0] += late
        self.incomplete += lost - self.lost
        self.lost = lost
        if self.incomplete and self.phase == FLOWING and self.scan is not None and self.lanes.horizon >= self.heal_ts and not self.off:
            self.phase = HEALING
            self.begin_scan()
        return 0

    cdef int tell_drop(self, Event event) except -1:
        """A loss is an event in the stream, so that a capture says it, too."""
        cdef uint64_t count = self.lost - self.told
        self.told = self.lost
        return self.put(event, notices.loss(self.lanes.horizon, count))

    cdef int put(self, Event event, bytes block) except -1:
        fill_block(event, <const unsigned char *><const char *>block, len(block), block)
        self.number(event)
        return STEP_EVENT

    # -- scans ---------------------------------------------------------------------------------------------------------
    cdef int begin_scan(self) except -1:
        self.backlog.clear()
        self.scan_lost = self.account.lost() + <uint64_t>self.probe.missed()
        epoch = self.lanes.conf[0]
        scan = self.scan
        self.scanner = Scanner(lambda: scan(epoch) if scan is not None else Scan(Section()))
        self.tries += 1
        return 0

    cdef bint scan_over(self) except -1:
        """Whether the scan has ended, and all that happened before its end was taken from the rings."""
        cdef uint64_t ended = self.scanner.ended
        return ended and self.lanes.is_over() and self.lanes.horizon > self.lanes.conf[0] + ended

    cdef bint finish_scan(self, Event event) except -1:
        """Make the section of what was found; False when a loss overtook it at the start, and another scan is on its way."""
        cdef uint64_t lost = self.account.lost() + <uint64_t>self.probe.missed()
        cdef uint64_t epoch = self.lanes.conf[0]
        cdef bint trusted = self.phase == SCANNING and lost == self.scan_lost
        scanner = self.scanner
        self.scanner = None
        scan = scanner.result()
        read_at = scan.read_at_ns
        self.section = scan.section
        self.heal_ts = self.lanes.horizon + max(BETWEEN_SCANS, SCAN_SHARE * <uint64_t>(scanner.ended - scanner.began))
        if self.phase == SCANNING and lost != self.scan_lost and self.tries < MAX_TRIES:
            while self.backlog.take(event):
                self.pass_over(event)
            self.begin_scan()
            return False
        self.read_at = {pid: epoch + at for pid, at in read_at.items()}
        for entry in self.section.threads:
            # the call that made it may return to its maker only now: that is not to make the thread anew
            entry.flags |= CLONE_INVERTED
            if entry.pid in read_at:
                self.read_at[entry.tid] = epoch + read_at[entry.pid]
        for name, count in scan.notes.items():
            self.notes[name] = self.notes.get(name, 0) + count
        self.incomplete = lost - self.scan_lost
        self.lost = lost
        self.phase = CATCHING_UP
        if trusted:  # what was lost may have changed anything
            self.begin_looking_back(event, {pid: epoch + by for pid, by in scan.read_by_ns.items()})
        self.scans += self.phase == CATCHING_UP
        return True

    cdef int begin_looking_back(self, Event event, dict read_by) except -1:
        """Unless all that waited is newer than what the scan found: then that is what it comes behind."""
        cdef Before before = Before(self.section, read_by)
        cdef Backlog waiting = self.backlog.from_here()
        cdef bint needed = False
        while waiting.take(event):
            self.pump(waiting.taken)
            needed |= self.is_in_section(event)
            before.see(event)
        if needed:
            self.scanned, self.section = self.section, before.section()
            self.early, self.again, self.backlog = self.backlog, Backlog(2 * self.backlog.limit), Backlog(self.backlog.limit)
            self.phase = LOOKING_BACK
        return 0

    cdef bint look_back(self, Event event) except -1:
        """The next event of before the scan's end; False when there is none."""
        if not self.early.take(event):
            return False
        self.pump(self.early.taken)
        self.number(event)
        self.account.count(event)
        if self.is_in_section(event):
            self.looked_back += 1
        else:
            self.again.add(event.block, event.block_size, True)
        return True

    cdef int pump(self, uint64_t taken) except -1:
        """While what waited is gone through, the rings are emptied now and then."""
        if taken % PUMP == 0:
            self.lanes.refresh()
            self.lanes.copy(self.backlog)
            self.lanes.give_back()
        return 0

    cdef int give_up_healing(self) except -1:
        """More came than can be kept: the scan's outcome would be old. The next one comes at its time."""
        self.notes["rescans given up: too many events meanwhile"] = self.notes.get("rescans given up: too many events meanwhile", 0) + 1
        self.phase = FLOWING
        self.scanner = None
        self.backlog.clear()
        self.heal_ts = self.lanes.horizon + BETWEEN_SCANS
        return 0

    cdef bint catch_up(self, Event event) except -1:
        """The next event that waited and is not in the section; False when none is left."""
        while self.take_waiting(event):
            if self.is_in_section(event):
                self.pass_over(event)
                continue
            self.number(event)
            if not event.flags & 1:
                self.account.count(event)
            return True
        self.read_at = None
        return False

    cdef bint take_waiting(self, Event event) except -1:
        if self.again is not None:
            if self.again.take(event):
                self.pump(self.again.taken)
                return True
            self.again = None
        if not self.backlog.take(event):
            return False
        self.pump(self.backlog.taken)
        return True

    cdef bint is_in_section(self, Event event) except -1:
        """Whether the scan read the event's process after it happened."""
        at = self.read_at.get(event.tid)
        if at is None and event.type == PPME_SYSCALL_CLONE_20_X:
            # a thread that ended before its process was read: what it did there is known
            at = self.read_at.get(int_or(event.param(CLONE_PID), -1))
            if at is not None:
                self.read_at[event.tid] = at
        # an exit always counts: the scan may have found a process that was dead and not yet waited for
        return at is not None and event.ts <= <uint64_t>at and event.type != PPME_PROCEXIT_1_E

    cdef int pass_over(self, Event event) except -1:
        if not event.flags & 1:
            self.looked_back += 1
            self.passed_over += 1
            self.account.count(event)
        return 0

    # -- for Python ----------------------------------------------------------------------------------------------------
    def want(self, wanted: bytes | None) -> None:
        """Events of these keys (one byte each; None: of all) from now on, and those that the state needs."""
        want(self.probe, wanted)

    def tell(self, record: bytes) -> None:
        """Give this record of a container (JSON) among the next events."""
        self.records.append(record)

    def losses(self) -> dict[str, int]:
        """What did not reach us, by cause."""
        total = self.account.total()
        counts = {
            RING_FULL: total.dropped, TOO_BIG: total.big, SKIPPED: self.probe.missed(),
            UNWATCHED: self.probe.unwatched, UNFOLLOWED: self.probe.unfollowed,
        }
        return {name: count for name, count in counts.items() if count}

    def stop(self) -> None:
        """The probe goes off; what it told by then still comes, then the source ends. For signal handlers, too."""
        self.stopping = True

    def close(self) -> None:
        """Give all back to the system; only the counts stay."""
        self.phase = SCANNING
        self.stopping = self.off = True
        self.account.keep()
        self.lanes.close()
        self.probe.close()

    def __enter__(self) -> LiveSource:
        return self

    def __exit__(self, *_) -> None:
        self.close()
