"""Questions about texts, bytes and addresses.

Texts are mostly the very objects that threads and descriptors hold, so the costly questions remember the last object that they saw and
their answer.
"""

from libc.string cimport memcmp

from firmer.fields.slot cimport Slot
from firmer.filter.match cimport Glob, Nets, Paths, compare, contains, ends_with, matches_regex, starts_with
from firmer.filter.question cimport (
    BCONTAINS, BSTARTSWITH, CONTAINS, ENDSWITH, EQ, GLOB, ICONTAINS, IGLOB, IN, INTERSECTS, NE, PMATCH, REGEX, STARTSWITH, Question, decided,
)

from firmer.filter.patterns import compiled_regex


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
    if isinstance(constant, tuple) or (isinstance(constant, frozenset) and len(constant) and isinstance(next(iter(constant)), tuple)):
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
