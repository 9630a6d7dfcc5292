"""The process tree: thread groups, parents and children, what happens to them when a thread leaves."""

from libc.stdint cimport int64_t

from firmer.state.state cimport State
from firmer.state.thread cimport Thread, ThreadGroup

cdef enum:
    MAX_DEPTH = 4096          # steps of a walk up the tree; a longer chain is a loop or an attack

cdef int enter_tree(State state, Thread thread, bint counted) except -1
cdef int link_parent(State state, Thread thread) except -1
cdef int set_parent(State state, Thread thread, int64_t ptid) except -1
cdef int remove_thread(State state, Thread thread, bint forced) except -1
cdef int remove_others(State state, Thread thread) except -1
cdef int revive(State state, Thread thread) except -1
cdef Thread first_of(ThreadGroup group)
