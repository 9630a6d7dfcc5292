"""Descriptors and the table of one process."""

cimport cython
from cpython.list cimport PyList_GET_ITEM, PyList_GET_SIZE

from firmer.events.fdtype cimport FD_UNKNOWN

cdef extern from "Python.h":
    void PyObject_GC_UnTrack(void *thing) noexcept

cdef enum:
    SMALL = 1024              # numbers below live in a list; most processes never open more
    FD_BYTES = 400            # about what an entry takes, paths included


cdef class Fd:
    def __cinit__(self) -> None:
        self.type = FD_UNKNOWN
        self.name = b""
        self.raw_name = b""
        self.sip = b""
        self.dip = b""
        self.pid = -1

    cdef Fd clone(self):
        """A copy that may be changed until it is put into a table."""
        cdef Fd other = Fd.__new__(Fd)
        other.type = self.type
        other.l4proto = self.l4proto
        other.flags = self.flags
        other.open_flags = self.open_flags
        other.dev = self.dev
        other.ino = self.ino
        other.name = self.name
        other.raw_name = self.raw_name
        other.claim = self.claim
        other.aliases = self.aliases
        other.sip = self.sip
        other.dip = self.dip
        other.sport = self.sport
        other.dport = self.dport
        other.source = self.source
        other.destination = self.destination
        other.pid = self.pid
        return other

    def __repr__(self) -> str:
        return f"<Fd type={self.type} name={self.name!r}>"


cdef Fd new_fd(int type, bytes name=b""):
    """An entry of this kind, still to be filled."""
    cdef Fd fd = Fd.__new__(Fd)
    fd.type = <uint8_t>type
    fd.name = name
    return fd


cdef list unwatched(list entries):
    """The list, which the garbage collector then passes over: entries hold nothing that could lead back to it, and there are thousands."""
    PyObject_GC_UnTrack(<void *>entries)
    return entries


@cython.no_gc
cdef class FdTable:
    def __cinit__(self) -> None:
        self.small = unwatched([])
        self.large = {}

    def __len__(self) -> int:
        return self.count

    cdef Fd get(self, int64_t number):
        """The entry of this number, None without one."""
        if number < 0:
            return None
        if number < PyList_GET_SIZE(self.small):
            return <Fd>PyList_GET_ITEM(self.small, number)
        if number < SMALL or not self.large:
            return None
        return self.large.get(number)

    cdef bint put(self, int64_t number, Fd fd) except -1:
        """Set the entry; False where the number is negative or the table is full."""
        cdef Fd old
        if number < 0:
            return False
        old = self.get(number)
        if old is None:
            if self.count >= MAX_FDS:
                return False
            self.count += 1
        if self.shared or self.kept is not None:
            self.before_change(number, old)
        if number < SMALL:
            while PyList_GET_SIZE(self.small) <= number:
                self.small.append(None)
            self.small[number] = fd
        else:
            self.large[number] = fd
        return True

    cdef bint remove(self, int64_t number) except -1:
        """Drop the entry; False where there was none."""
        cdef Fd old = self.get(number)
        if old is None:
            return False
        if self.shared or self.kept is not None:
            self.before_change(number, old)
        self.count -= 1
        if number < SMALL:
            self.small[number] = None
        else:
            del self.large[number]
        return True

    cdef FdTable copy(self):
        """A table of its own with the same entries."""
        cdef FdTable other = FdTable.__new__(FdTable)
        other.small = unwatched(self.small[:])
        other.large = self.large.copy()
        other.count = self.count
        return other

    cdef int before_change(self, int64_t number, Fd old) except -1:
        """The entry of this number goes or is replaced: not in the table that somebody keeps."""
        if self.shared:
            self.shared = False
            self.small = unwatched(self.small[:])
            self.large = self.large.copy()
        if old is not None and self.kept is not None and self.kept.get(number) is old:
            self.kept.gone_bytes += FD_BYTES
        return 0

    cdef FdTable as_it_is(self):
        """The table as of now, which nobody may change; the same one as last time when nothing did since."""
        cdef FdTable kept
        if not self.shared or self.kept is None:
            kept = FdTable.__new__(FdTable)
            kept.small, kept.large, kept.count = self.small, self.large, self.count
            self.kept = kept
            self.shared = True
        return self.kept

    cdef FdTable again(self):
        """A table that may be changed, with the entries of a kept one. What it does without is nothing to that one, whose own table counts it."""
        cdef FdTable other = FdTable.__new__(FdTable)
        other.small, other.large, other.count = self.small, self.large, self.count
        other.shared = True
        return other

    cdef Py_ssize_t width(self):
        """Numbers that there is room for."""
        return PyList_GET_SIZE(self.small) + len(self.large)

    cdef Py_ssize_t all_bytes(self):
        """About what all its entries take."""
        return FD_BYTES * self.count

    cdef list numbers(self):
        """All numbers that have an entry, in order."""
        cdef Py_ssize_t number
        found = [number for number in range(PyList_GET_SIZE(self.small)) if self.small[number] is not None]
        found.extend(sorted(self.large))
        return found

    cdef list slots(self):
        """All entries, in no order, among them None for numbers without one."""
        return self.small + list(self.large.values()) if self.large else self.small

    def entries(self) -> dict[int, Fd]:
        """Number -> entry, in order of the numbers."""
        return {number: self.get(number) for number in self.numbers()}
