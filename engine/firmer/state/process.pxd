"""A process changes its place, its ids, its limits, or ends."""

from firmer.event cimport Event
from firmer.state.state cimport State

cdef int on_procexit(State state, Event event) except -1
cdef int on_prctl(State state, Event event) except -1
cdef int on_chdir(State state, Event event) except -1
cdef int on_fchdir(State state, Event event) except -1
cdef int on_chroot(State state, Event event) except -1
cdef int on_setsid(State state, Event event) except -1
cdef int on_limit(State state, Event event) except -1
cdef int on_prlimit(State state, Event event) except -1
cdef int on_memory(State state, Event event) except -1
cdef int on_switch(State state, Event event) except -1
