"""The state as it was at one moment, kept beside the one that goes on."""

from libc.stdint cimport uint64_t

from firmer.state.state cimport State

cdef class Moment:
    """Shares with the state, and with the moments around it, what has not changed in between; never changed itself."""
    cdef uint64_t number                # 1 for the first, each one more than the one before it
    cdef list threads                   # Thread, each with its table in `fds` and otherwise alone
    cdef list enters                    # Event: those whose exits had not come
    cdef set reapers                    # pids of the processes that are known to take in orphans
    cdef object machine, accounts
    cdef list interfaces, local_ips
    cdef dict containers, told, exited, origins, symlinks, additions
    cdef int kernel_paths
    cdef readonly Py_ssize_t own_bytes  # about what it takes beside the state, as long as that has not changed
    cdef readonly Py_ssize_t left_bytes # about what the next moment does not share with it: it goes with this one

cpdef Moment take_moment(State state, Moment before)
cpdef int resume(State state, Moment moment) except -1
