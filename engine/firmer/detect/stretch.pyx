"""The stretch of a capture that is asked for: from a time or an event number to another."""

from libc.stdint cimport UINT64_MAX, uint64_t

from firmer.event cimport Event

cdef enum:
    DISORDER_NS = 1_000_000_000   # events of different CPUs may stand in a capture this much out of order


cdef class Stretch:
    def __init__(self, begin=None, end=None) -> None:
        """Each end a Point; None for the first or last event."""
        self.begin = begin
        self.end = end
        self.restart()

    def restart(self) -> None:
        """Ready for another capture: what is relative counts from its first event."""
        self.begun = False
        self.origin = 0
        self.first_ts, self.first_num = 0, 0
        self.last_ts = self.last_num = UINT64_MAX
        if self.begin is not None and self.begin.kind == "number":
            self.first_num = self.begin.value
        elif self.begin is not None:
            self.first_ts = self.begin.value
        if self.end is not None and self.end.kind == "number":
            self.last_num = self.end.value
        elif self.end is not None:
            self.last_ts = self.end.value

    cdef int set_origin(self, uint64_t ts) except -1:
        self.origin = ts
        if self.begin is not None and self.begin.kind == "relative":
            self.first_ts = min(ts + self.begin.value, UINT64_MAX)
        if self.end is not None and self.end.kind == "relative":
            self.last_ts = min(ts + self.end.value, UINT64_MAX)
        return 0

    cdef int place(self, Event event, uint64_t num) except -1:
        """Where the event lies that users know by this number. The events before it must have been asked about, in order."""
        cdef bint timeless = event.ts == 0 or event.ts == UINT64_MAX
        if self.origin == 0 and not timeless:
            self.set_origin(event.ts)
        if not self.begun:
            # what has no time (containers at the head of a capture) is part of the state that a window begins with
            if num < self.first_num or ((timeless or event.ts < self.first_ts) and self.first_ts):
                return BEFORE
            self.begun = True
        if num > self.last_num:
            return OVER
        if event.ts > self.last_ts and not timeless:
            return OVER if event.ts - self.last_ts > DISORDER_NS else BEHIND
        return INSIDE
