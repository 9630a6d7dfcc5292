"""Descriptors and the table of one process."""

from libc.stdint cimport int64_t, uint16_t, uint32_t, uint64_t, uint8_t

# bits of Fd.flags
cdef enum FdFlag:
    FD_ROLE_CLIENT = 1
    FD_ROLE_SERVER = 2
    FD_CONNECTED = 4
    FD_PENDING = 8
    FD_FAILED = 16
    FD_FROM_PROC = 32
    FD_CLONED = 64
    FD_UPPER_LAYER = 128
    FD_LOWER_LAYER = 256
    FD_HAS_DEV = 512          # `dev` was given; sysdig prints stale memory otherwise
    FD_REAL_NAME = 1024       # `name` is the kernel's path, not the caller's spelling
    FD_DOUBTFUL = 2048        # it could have been, but another thread was at the descriptor before the probe was

cdef enum:
    FD_ROLES = FD_ROLE_CLIENT | FD_ROLE_SERVER
    MAX_FDS = 4096            # entries of one table, as in sysdig and Falco


cdef class Fd:
    """One open descriptor. Never changed once it is in a table: a change puts a changed copy there, so tables may share it."""
    cdef readonly uint8_t type          # FdType; FD_FILE_V2 is stored as FD_FILE
    cdef readonly uint8_t l4proto       # L4Proto
    cdef readonly uint32_t flags        # FdFlag bits
    cdef readonly uint32_t open_flags   # PPM values
    cdef readonly uint32_t dev
    cdef readonly uint64_t ino
    cdef readonly bytes name            # as printed: path, tuple, ...
    cdef readonly bytes raw_name        # path as the caller wrote it
    cdef readonly bytes claim           # the same made absolute, where it is another than `name`; None: the same, or not known
    cdef readonly tuple aliases         # other paths of the same file, as bytes, see aliases; None: none known
    cdef readonly bytes sip             # 4 or 16 bytes, network order; server sockets keep their address in dip, port in dport
    cdef readonly bytes dip
    cdef readonly uint16_t sport
    cdef readonly uint16_t dport
    cdef readonly uint64_t source       # unix sockets: kernel addresses of both ends
    cdef readonly uint64_t destination
    cdef readonly int64_t pid           # of a pidfd, -1 otherwise
    cdef Fd clone(self)


cdef class FdTable:
    """Descriptors of one process by number: a list for the small numbers, a dict for the rest."""
    cdef list small
    cdef dict large
    cdef readonly Py_ssize_t count
    cdef FdTable kept                   # the table as it was when somebody asked last, who never changes it; None: nobody did
    cdef bint shared                    # another table has the same list and dict: they are copied before the next change
    cdef Py_ssize_t gone_bytes          # of a kept one: what its entries take that the other one no longer has
    cdef Fd get(self, int64_t number)
    cdef bint put(self, int64_t number, Fd fd) except -1      # False: the table is full, counted by the caller
    cdef bint remove(self, int64_t number) except -1
    cdef FdTable copy(self)
    cdef list numbers(self)
    cdef list slots(self)
    cdef int before_change(self, int64_t number, Fd old) except -1
    cdef FdTable as_it_is(self)
    cdef FdTable again(self)
    cdef Py_ssize_t width(self)
    cdef Py_ssize_t all_bytes(self)


cdef Fd new_fd(int type, bytes name=*)
