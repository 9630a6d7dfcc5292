"""What the state has to know of an event type before it looks at the event."""

from libc.stdint cimport uint8_t

cdef enum Fact:
    NO_THREAD = 1                  # a meta event: nothing is attached
    NEVER_MADE = 2                 # an unknown thread stays unknown
    IS_ENTER = 4
    HAS_FD = 8
    ALWAYS_KEPT = 16               # a handler reads this enter event at the exit
    HAS_EXIT = 32
    RELATIVE_ZERO = 64             # may set the zero of relative time
    NEEDS_ENTER = 128              # sysdig: its handler takes from the enter event what today stands in the exit

cdef const uint8_t *today_facts() noexcept
cdef const uint8_t *sysdig_facts() noexcept
cdef int learn() except -1
