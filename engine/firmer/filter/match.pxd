"""Matching of texts against constants, natively."""

from libc.stdint cimport uint64_t


cdef bint contains(bytes text, bytes part) noexcept
cdef bint starts_with(bytes text, bytes part) noexcept
cdef bint ends_with(bytes text, bytes part) noexcept
cdef int compare(bytes left, bytes right) noexcept
cdef bint matches_regex(object regex, bytes text) except -1


cdef struct Token:
    uint64_t members[4]           # set of bytes that fit here
    bint star


cdef class Glob:
    """A glob pattern as a row of sets; matching takes at most length of text × length of pattern steps."""
    cdef Token *tokens
    cdef Py_ssize_t size
    cdef bint nothing             # a pattern that no text fits
    cdef bint fits(self, const unsigned char *text, Py_ssize_t length) noexcept


cdef class Paths:
    """The list of a `pmatch`."""
    cdef tuple plain              # paths without patterns, "/a/b"
    cdef frozenset all
    cdef bint patterns
    cdef bint fits(self, bytes path) except -1


cdef class Nets:
    """Networks as sorted, disjoint ranges of addresses."""
    cdef uint64_t *ranges4        # pairs of first and last
    cdef Py_ssize_t count4
    cdef uint64_t *ranges6        # quadruples: first (high, low), last (high, low)
    cdef Py_ssize_t count6
    cdef bint fits(self, bytes address) noexcept
