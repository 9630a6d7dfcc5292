"""Questions about numbers: ports and truth values are numbers, too."""

from libc.stdint cimport int64_t
from libc.stdlib cimport calloc, free

from firmer.event cimport Event
from firmer.fields.slot cimport ONE, Slot
from firmer.filter.question cimport EQ, IN, INTERSECTS, Question, as_bits, decided, ordered
from firmer.state.state cimport State


cdef class Number(Question):
    """Equality of numbers, the commonest question of all."""
    cdef int64_t constant

    cdef int ask(self, Event event, State state) except -1:
        if not self.slot.load(event, state):
            return 0
        if self.slot.many == ONE:
            return self.slot.num == self.constant
        return self.over()

    cdef int one(self, Slot slot) except -1:
        return slot.num == self.constant


cdef class NumberOrder(Question):
    cdef int64_t constant
    cdef int op
    cdef bint signed

    cdef int one(self, Slot slot) except -1:
        return ordered(self.op, slot.num, self.constant, self.signed)


cdef class Numbers(Question):
    cdef int64_t *constants
    cdef Py_ssize_t count

    cdef int one(self, Slot slot) except -1:
        cdef Py_ssize_t at
        for at in range(self.count):
            if self.constants[at] == slot.num:
                return 1
        return 0

    def __dealloc__(self):
        free(self.constants)


cdef class Double(Question):
    cdef double constant
    cdef tuple constants
    cdef int op

    cdef int one(self, Slot slot) except -1:
        cdef double value = slot.obj
        if self.op == IN or self.op == INTERSECTS:
            return value in self.constants
        return decided(self.op, (value > self.constant) - (value < self.constant))


cdef Question of_number(int op, object constant, bint signed):
    cdef Number number
    cdef Numbers numbers
    cdef NumberOrder order
    if op == EQ:
        number = Number.__new__(Number)
        number.constant = as_bits(constant)
        return number
    if op == IN or op == INTERSECTS:
        numbers = Numbers.__new__(Numbers)
        numbers.constants = <int64_t *>calloc(len(constant) + 1, sizeof(int64_t))
        if numbers.constants == NULL:
            raise MemoryError
        for each in sorted(constant):
            numbers.constants[numbers.count] = as_bits(each)
            numbers.count += 1
        return numbers
    order = NumberOrder.__new__(NumberOrder)
    order.constant = as_bits(constant)
    order.op = op
    order.signed = signed
    return order


cdef Question of_double(int op, object constant):
    cdef Double double_ = Double.__new__(Double)
    double_.op = op
    if op == IN or op == INTERSECTS:
        double_.constants = tuple(constant)
    else:
        double_.constant = constant
    return double_
