"""The host as it runs, as a source of events."""

from libc.stdint cimport uint64_t

from firmer.event cimport Event
from firmer.events.source cimport Source
from firmer.live.account cimport Account
from firmer.live.backlog cimport Backlog
from firmer.live.lanes cimport Lanes

cdef enum Phase:
    SCANNING        # the host is being scanned, nothing was given yet: events wait in the backlog
    LOOKING_BACK    # what waited comes now, behind the state of before it
    CATCHING_UP     # the state as it was scanned, and what is newer
    FLOWING         # events come straight from the rings
    HEALING         # the same, while the host is scanned once more: events are kept for the state to be made again


cdef class LiveSource(Source):
    """The probe's rings merged by time, behind the state that the host had when they began."""
    cdef readonly object probe
    cdef readonly Account account
    cdef readonly uint64_t lost             # events so far that were made but did not get here
    cdef readonly uint64_t incomplete       # how many of them the state may miss; 0 after a rescan
    cdef readonly uint64_t looked_back      # events that had happened before their process was scanned
    cdef readonly uint64_t passed_over      # those of them that were not given
    cdef readonly int scans                 # that were taken over
    cdef readonly Lanes lanes
    cdef int phase
    cdef bint stopping, off                 # `stop` was called; the probe is off
    cdef uint64_t off_ts                    # first round after the probe went off
    cdef bint lately                        # something came since the last rest
    cdef uint64_t idle_ts                   # when STEP_IDLE was given last
    cdef uint64_t tick_ts                   # when accounts were looked at last
    cdef uint64_t told                      # losses that drop events were given for
    cdef object records                     # of containers, to be told
    cdef Backlog backlog
    cdef Backlog early                      # while LOOKING_BACK: what came before the scan's end
    cdef Backlog again                      # of that, what the scan's outcome does not have, for the state only
    cdef object scanned                     # while LOOKING_BACK: the scan's outcome
    cdef object scan                        # gives scanner.Found; None: nothing is known of the host
    cdef object scanner                     # scanner.Scanner at work, or None
    cdef int tries                          # scans so far at the start
    cdef uint64_t scan_lost                 # losses when the running scan began
    cdef uint64_t heal_ts                   # no rescan before
    cdef dict read_at                       # tid -> when the scan began to read its process; what is older is in the section already
    cdef int advance(self, Event event) except -1
    cdef int flow(self, Event event) except -1
    cdef int begin_scan(self) except -1
    cdef bint scan_over(self) except -1
    cdef bint finish_scan(self, Event event) except -1
    cdef int begin_looking_back(self, Event event, dict read_by) except -1
    cdef bint look_back(self, Event event) except -1
    cdef bint take_waiting(self, Event event) except -1
    cdef int pump(self, uint64_t taken) except -1
    cdef bint catch_up(self, Event event) except -1
    cdef bint is_in_section(self, Event event) except -1
    cdef int pass_over(self, Event event) except -1
    cdef bint still_coming(self, bint found) except -1
    cdef int tick(self) except -1
    cdef int tell_drop(self, Event event) except -1
    cdef int put(self, Event event, bytes block) except -1
    cdef int number(self, Event event) noexcept
    cdef int give_up_healing(self) except -1
