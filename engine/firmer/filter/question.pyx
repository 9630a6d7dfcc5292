"""Atoms as the native program asks them: one class for each way to compare.

A Question holds a slot and a converted constant. Texts are mostly the very objects that threads and descriptors hold, so the costly questions remember the last
object that they saw and their answer. What the operators mean is told in `operators.py` and `reference.py`.
"""

from cpython.float cimport PyFloat_AS_DOUBLE
from libc.stdint cimport int64_t, uint64_t
from libc.stdlib cimport calloc, free
from libc.string cimport memcmp

from firmer.event cimport Event
from firmer.fields.slot cimport ANY, EITHER, KIND_DOUBLE, KIND_PORT, KIND_SIGNED, KIND_BOOL, KIND_TEXT, KIND_UNSIGNED, LIST, ONE, WITHIN, Slot
from firmer.filter.match cimport Glob, Nets, Paths, compare, contains, ends_with, matches_regex, starts_with
from firmer.state.state cimport State

from firmer.filter.operators import BY_NAME, OPERATORS
from firmer.filter.patterns import compiled_regex
from firmer.filter.reference import holds_for

cdef enum Op:                               # in the order of operators.OPERATORS; a test compares
    EXISTS, EQ, NE, LT, LE, GT, GE, IN, INTERSECTS, CONTAINS, ICONTAINS, STARTSWITH, ENDSWITH, BCONTAINS, BSTARTSWITH, GLOB, IGLOB, REGEX, PMATCH

OP_NAMES = (
    "exists", "=", "!=", "<", "<=", ">", ">=", "in", "intersects", "contains", "icontains", "startswith", "endswith", "bcontains", "bstartswith",
    "glob", "iglob", "regex", "pmatch",
)
OP = {name: number for number, name in enumerate(OP_NAMES)}


cdef inline bint is_number(int kind) noexcept:
    return kind == KIND_SIGNED or kind == KIND_UNSIGNED or kind == KIND_PORT or kind == KIND_BOOL


cdef class Question:
    cdef int ask(self, Event event, State state) except -1:
        if not self.slot.load(event, state):
            return 0
        if self.slot.many == ONE or self.slot.many == WITHIN:
            return self.one(self.slot)
        return self.over()

    cdef int one(self, Slot slot) except -1:
        return 1

    cdef int over(self) except -1:
        """The answer over several values."""
        cdef list values = self.slot.obj
        cdef int answer
        if not values:
            return self.empty
        for value in values:
            if is_number(self.slot.kind):
                self.scratch.num = as_bits(value)
            else:
                self.scratch.obj = value
            answer = self.one(self.scratch)
            if answer != self.every:
                return answer
        return self.every


cdef class Exists(Question):
    cdef int ask(self, Event event, State state) except -1:
        return self.slot.load(event, state)


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


cdef class Text(Question):
    """Equal or not equal; addresses, too."""
    cdef bytes constant
    cdef bint unequal

    cdef int one(self, Slot slot) except -1:
        cdef bytes value = slot.obj
        cdef Py_ssize_t size = len(self.constant)
        return (len(value) == size and memcmp(<const char *>value, <const char *>self.constant, size) == 0) != self.unequal


cdef class TextOrder(Question):
    cdef bytes constant
    cdef int op

    cdef int one(self, Slot slot) except -1:
        return decided(self.op, compare(slot.obj, self.constant))


cdef class Starts(Question):
    cdef bytes constant

    cdef int one(self, Slot slot) except -1:
        return starts_with(slot.obj, self.constant)


cdef class Ends(Question):
    cdef bytes constant

    cdef int one(self, Slot slot) except -1:
        return ends_with(slot.obj, self.constant)


cdef class Remembering(Question):
    """A question that costs more than looking whether it was asked of the same object before."""
    cdef object last
    cdef int answer

    cdef int one(self, Slot slot) except -1:
        if slot.obj is self.last and self.last is not None:
            return self.answer
        self.answer = self.find(slot.obj)
        self.last = slot.obj
        return self.answer

    cdef int find(self, bytes value) except -1:
        raise NotImplementedError


cdef class Member(Remembering):
    cdef frozenset constants

    cdef int find(self, bytes value) except -1:
        return value in self.constants


cdef class Holding(Remembering):
    cdef bytes constant

    cdef int find(self, bytes value) except -1:
        return contains(value, self.constant)


cdef class HoldingFolded(Remembering):
    cdef bytes constant

    cdef int find(self, bytes value) except -1:
        return contains(value.lower(), self.constant)


cdef class Pattern(Remembering):
    cdef Glob glob

    cdef int find(self, bytes value) except -1:
        return self.glob.fits(<const unsigned char *><const char *>value, len(value))


cdef class Regex(Remembering):
    cdef object regex

    cdef int find(self, bytes value) except -1:
        return matches_regex(self.regex, value)


cdef class Below(Remembering):
    cdef Paths paths

    cdef int find(self, bytes value) except -1:
        return self.paths.fits(value)


cdef class InNets(Remembering):
    cdef Nets nets
    cdef bint outside

    cdef int find(self, bytes value) except -1:
        return self.nets.fits(value) != self.outside


cdef class Modified(Question):
    """`oneof`, `anyof`, `allof`: counts how many of the constants fit."""
    cdef list parts
    cdef int least, most

    cdef int one(self, Slot slot) except -1:
        cdef int fitting = 0
        cdef Question part
        for part in self.parts:
            fitting += part.one(slot)
            if fitting > self.most:
                return 0
        return fitting >= self.least


cdef class TwoFields(Question):
    """Left and right are both of the event."""
    cdef Slot right
    cdef int op

    cdef int ask(self, Event event, State state) except -1:
        if not self.slot.load(event, state) or not self.right.load(event, state):
            return 0
        if self.slot.many != ONE or self.right.many != ONE:
            right = value_in(self.right)
            if self.right.many == ONE and (self.op == IN or self.op == INTERSECTS):
                right = [right]
            return holds_for(self.atom, value_in(self.slot), right)
        if is_number(self.slot.kind):
            return ordered(self.op, self.slot.num, self.right.num, self.slot.kind == KIND_SIGNED)
        if self.slot.kind == KIND_DOUBLE:
            return decided(self.op, (self.slot.obj > self.right.obj) - (self.slot.obj < self.right.obj))
        return self.texts(self.slot.obj, self.right.obj)

    cdef int texts(self, bytes left, bytes right) except -1:
        if self.op == CONTAINS or self.op == BCONTAINS:
            return contains(left, right)
        if self.op == ICONTAINS:
            return contains(left.lower(), right.lower())
        if self.op == STARTSWITH or self.op == BSTARTSWITH:
            return starts_with(left, right)
        if self.op == ENDSWITH:
            return ends_with(left, right)
        if self.op == GLOB or self.op == IGLOB:
            return Glob(right, self.op == IGLOB).fits(<const unsigned char *><const char *>left, len(left))
        return decided(self.op, compare(left, right))


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


cdef object value_in(Slot slot):
    """The loaded value as a Python object."""
    if (slot.many == ONE or slot.many == WITHIN) and is_number(slot.kind):
        return <uint64_t>slot.num if slot.kind == KIND_UNSIGNED else slot.num
    return slot.obj


# from an atom to its question


cdef Question new_question(object atom, Slot slot, Slot right):
    """The question of an atom; `right` is the slot of its right side, if that is one."""
    cdef Question question
    cdef TwoFields two
    cdef int op = OP[atom.operator.name]
    if right is not None:
        two = TwoFields.__new__(TwoFields)
        two.right = right
        two.op = op
        question = two
    elif op == EXISTS:
        question = Exists.__new__(Exists)
    elif atom.modifier:
        question = modified(atom, slot)
    elif is_number(slot.kind):
        question = of_number(LE if slot.many == WITHIN else op, atom.constant, slot.kind == KIND_SIGNED)
    elif slot.kind == KIND_DOUBLE:
        question = of_double(op, atom.constant)
    else:
        question = of_bytes(op, atom.constant)
    question.atom = atom
    question.slot = slot
    question.scratch = Slot.__new__(Slot)
    question.every = (slot.many == LIST and op == IN) or (slot.many == EITHER and op == NE)
    question.empty = slot.many == LIST and op == IN
    return question


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


cdef Question of_bytes(int op, object constant):
    cdef Text text
    cdef TextOrder order
    cdef Starts starts
    cdef Ends ends
    cdef Member member
    cdef Holding holding
    cdef HoldingFolded folded
    cdef Pattern pattern
    cdef Regex regex
    cdef Below below
    cdef InNets nets
    if isinstance(constant, tuple) or (isinstance(constant, frozenset) and any(isinstance(each, tuple) for each in constant)):
        nets = InNets.__new__(InNets)
        nets.nets = Nets([constant] if isinstance(constant, tuple) else constant)
        nets.outside = op == NE
        return nets
    if op == EQ or op == NE:
        text = Text.__new__(Text)
        text.constant = constant
        text.unequal = op == NE
        return text
    if op == IN or op == INTERSECTS:
        member = Member.__new__(Member)
        member.constants = constant
        return member
    if op == CONTAINS or op == BCONTAINS:
        holding = Holding.__new__(Holding)
        holding.constant = constant
        return holding
    if op == ICONTAINS:
        folded = HoldingFolded.__new__(HoldingFolded)
        folded.constant = constant.lower()
        return folded
    if op == STARTSWITH or op == BSTARTSWITH:
        starts = Starts.__new__(Starts)
        starts.constant = constant
        return starts
    if op == ENDSWITH:
        ends = Ends.__new__(Ends)
        ends.constant = constant
        return ends
    if op == GLOB or op == IGLOB:
        pattern = Pattern.__new__(Pattern)
        pattern.glob = Glob(constant, op == IGLOB)
        return pattern
    if op == REGEX:
        regex = Regex.__new__(Regex)
        regex.regex = compiled_regex(constant)
        return regex
    if op == PMATCH:
        below = Below.__new__(Below)
        below.paths = Paths(constant)
        return below
    order = TextOrder.__new__(TextOrder)
    order.constant = constant
    order.op = op
    return order


cdef Question modified(object atom, Slot slot):
    from dataclasses import replace

    cdef Modified question = Modified.__new__(Modified)
    cdef int count = len(atom.constant)
    question.parts = [new_question(replace(atom, modifier="", constant=each), slot, None) for each in atom.constant]
    question.most = 1 if atom.modifier == "oneof" else count
    question.least = count if atom.modifier == "allof" and count else 1
    return question
