"""What became of every event that the probe made.

The probe counts an event before it tries to put it into a ring, and again when that fails; here it is counted when it comes out.
"""

from array import array as new_array
from dataclasses import dataclass

from cpython.array cimport array
from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport EVENT_TYPES
from firmer.events.table cimport event_table


@dataclass(frozen=True, slots=True)
class Row:
    """One event type, over all CPUs, or one of its CPUs."""

    name: str
    cpu: int
    produced: int
    delivered: int
    dropped: int
    big: int
    unread: int

    @property
    def missing(self) -> int:
        """Made, but neither delivered nor counted as lost; what still waits in a ring is among these."""
        return self.produced - self.delivered - self.dropped - self.big


cdef class Account:
    def __init__(self, counters, cpus: int) -> None:
        """counters: the probe's, as a buffer of `cpus` * 512 rows of four 64-bit numbers."""
        cdef const unsigned char[::1] rows = memoryview(counters).cast("B")
        if rows.shape[0] < <Py_ssize_t>cpus * STAT_TYPES * <Py_ssize_t>sizeof(Stat):
            raise ValueError(f"counters of {rows.shape[0]} bytes for {cpus} CPUs")
        self.buffer = rows
        self.stats = <const Stat *>&rows[0]
        self.cpus = cpus
        self.delivered_array = new_array("Q", bytes(8 * cpus * STAT_TYPES))
        self.delivered = <uint64_t *>(<array>self.delivered_array).data.as_voidptr

    def keep(self) -> None:
        """The counters as they are now: the probe's will go."""
        cdef bytes kept = (<const char *>self.stats)[:<size_t>self.cpus * STAT_TYPES * sizeof(Stat)]
        self.stats = <const Stat *><const char *>kept
        self.buffer = kept

    cpdef uint64_t lost(self):
        """Events that were made and did not fit into a ring or a block, so far."""
        cdef uint64_t found = 0
        cdef Stat stat
        cdef size_t k
        for k in range(<size_t>self.cpus * STAT_TYPES):
            stat = self.stats[k]
            found += stat.dropped + stat.big
        return found

    cpdef int64_t missing(self):
        """Events that were made and neither came nor were lost: what waits in the rings, and nothing once the probe is off and they are empty."""
        cdef int64_t found = -<int64_t>self.strays
        cdef Stat stat
        cdef size_t k
        for k in range(<size_t>self.cpus * STAT_TYPES):
            stat = self.stats[k]
            found += stat.produced - stat.dropped - stat.big - self.delivered[k]
        return found

    def rows(self) -> list[Row]:
        """What there is to say of each CPU and event type that came."""
        cdef int cpu, kind
        cdef Stat stat
        cdef size_t k
        found = []
        for cpu in range(self.cpus):
            for kind in range(EVENT_TYPES):
                k = <size_t>cpu * STAT_TYPES + kind
                stat = self.stats[k]
                if stat.produced or self.delivered[k]:
                    name = f"{'<' if kind & 1 else '>'} {event_table[kind].name.decode()}"
                    found.append(Row(name, cpu, stat.produced, self.delivered[k], stat.dropped, stat.big, stat.unread))
        return found

    def total(self) -> Row:
        rows = self.rows()
        sums = [sum(getattr(row, name) for row in rows) for name in ("produced", "delivered", "dropped", "big", "unread")]
        return Row("all", -1, *sums)
