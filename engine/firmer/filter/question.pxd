"""Atoms as the native program asks them: what all questions share."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event
from firmer.fields.slot cimport KIND_BOOL, KIND_PORT, KIND_SIGNED, KIND_UNSIGNED, Slot
from firmer.state.state cimport State

cdef enum Op:                               # in the order of operators.OPERATORS; a test compares
    EXISTS, EQ, NE, LT, LE, GT, GE, IN, INTERSECTS, CONTAINS, ICONTAINS, STARTSWITH, ENDSWITH, BCONTAINS, BSTARTSWITH, GLOB, IGLOB, REGEX, PMATCH


cdef class Question:
    """One atom, bound to its slot. `ask` answers for the current event: 1, 0, or -1 with an exception; `one` for a single value in a slot."""
    cdef readonly object atom               # tree.Atom
    cdef Slot slot
    cdef Slot scratch                       # holds one of several values at a time
    cdef bint every                         # of several values all must fit, not just one
    cdef bint empty                         # the answer for no values at all
    cdef int ask(self, Event event, State state) except -1
    cdef int one(self, Slot slot) except -1
    cdef int over(self) except -1


cdef inline bint is_number(int kind) noexcept:
    return kind == KIND_SIGNED or kind == KIND_UNSIGNED or kind == KIND_PORT or kind == KIND_BOOL


cdef inline int64_t as_bits(object number) except? -1:
    """A number of either signedness as the 64 bits that a slot holds."""
    cdef uint64_t bits
    if number < 0:
        return <int64_t>number
    bits = number
    return <int64_t>bits


cdef inline bint decided(int op, int order) noexcept:
    """What an operator makes of below (< 0), equal (0), above (> 0)."""
    if op == EQ or op == IN or op == INTERSECTS:
        return order == 0
    if op == NE:
        return order != 0
    if op == LT:
        return order < 0
    if op == LE:
        return order <= 0
    if op == GT:
        return order > 0
    return order >= 0


cdef inline bint ordered(int op, int64_t left, int64_t right, bint signed) noexcept:
    if signed:
        return decided(op, (left > right) - (left < right))
    return decided(op, (<uint64_t>left > <uint64_t>right) - (<uint64_t>left < <uint64_t>right))


cdef object value_in(Slot slot)
