"""Counting what is in a capture: one pass over its blocks, without state."""

from cpython.exc cimport PyErr_CheckSignals
from libc.stdint cimport UINT64_MAX, uint64_t
from libc.string cimport memcpy, memset

from firmer.capture.reader cimport Reader
from firmer.event cimport EVENT_TYPES, Event
from firmer.events.source cimport STEP_END, STEP_SECTION

cdef enum:
    BATCH = 1 << 15
    LAYOUTS = 0x300
    CPUS = 1 << 16


cdef class Census:
    def __init__(self) -> None:
        memset(self.types, 0, sizeof(self.types))
        memset(self.layouts, 0, sizeof(self.layouts))
        memset(self.seen_cpus, 0, sizeof(self.seen_cpus))
        self.sections = []

    def take(self, Reader reader) -> None:
        """Count a whole capture. Raises BadCapture at damage, with all before it counted."""
        cdef Event event = Event.__new__(Event)
        cdef int count, step
        cdef uint64_t previous = 0
        cdef unsigned int kind
        while True:
            PyErr_CheckSignals()
            for count in range(BATCH):
                step = reader.next(event)
                if step == STEP_END:
                    return
                if step == STEP_SECTION:
                    self.sections.append(reader.section)
                    continue
                self.events += 1
                self.bytes += event.block_size
                self.types[event.type] += 1
                self.seen_cpus[event.cpu] = 1
                self.hidden += event.flags & 1
                memcpy(&kind, event.block, 4)
                self.layouts[kind if kind < LAYOUTS else LAYOUTS - 1] += 1
                if event.ts == 0 or event.ts == UINT64_MAX:
                    self.timeless += 1
                    continue
                if event.ts < previous:
                    self.backwards += 1
                    self.most_backwards_ns = max(self.most_backwards_ns, previous - event.ts)
                previous = event.ts
                if self.first_ts == 0 or event.ts < self.first_ts:
                    self.first_ts = event.ts
                if event.ts > self.last_ts:
                    self.last_ts = event.ts

    def by_type(self) -> dict[int, int]:
        """Number of events by type; types that do not occur are left out."""
        return {kind: self.types[kind] for kind in range(EVENT_TYPES) if self.types[kind]}

    def by_layout(self) -> dict[int, int]:
        """Number of events by the id of their block."""
        return {kind: self.layouts[kind] for kind in range(LAYOUTS) if self.layouts[kind]}

    def cpu_numbers(self) -> list[int]:
        return [number for number in range(CPUS) if self.seen_cpus[number]]
