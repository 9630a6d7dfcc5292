"""Who descends from whom: the walks that fields about ancestors share."""

from libc.stdint cimport int64_t

from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef Thread ancestor(State state, Thread thread, int64_t generations)
cdef Thread parent_process(State state, Thread thread)
cdef list ancestors(State state, Thread thread)
cdef bint in_pid_namespace(Thread thread) noexcept
