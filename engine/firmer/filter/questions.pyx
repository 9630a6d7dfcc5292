"""From an atom to its question; and the questions that no type has for itself: existence, modifiers, two fields."""

from firmer.record import replace

from firmer.event cimport Event
from firmer.fields.slot cimport EITHER, KIND_DOUBLE, KIND_SIGNED, LIST, ONE, WITHIN, Slot
from firmer.filter.match cimport Glob, compare, contains, ends_with, starts_with
from firmer.filter.question cimport (
    BCONTAINS, BSTARTSWITH, CONTAINS, ENDSWITH, EXISTS, GLOB, ICONTAINS, IGLOB, IN, INTERSECTS, LE, NE, STARTSWITH, Question, decided, is_number,
    ordered, value_in,
)
from firmer.filter.question_number cimport of_double, of_number
from firmer.filter.question_text cimport of_bytes
from firmer.state.state cimport State

from firmer.filter.question import OP
from firmer.filter.reference import holds_for


cdef class Exists(Question):
    cdef int ask(self, Event event, State state) except -1:
        return self.slot.load(event, state)


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


cdef Question modified(object atom, Slot slot):
    cdef Modified question = Modified.__new__(Modified)
    cdef int count = len(atom.constant)
    question.parts = [new_question(replace(atom, modifier="", constant=each), slot, None) for each in atom.constant]
    question.most = 1 if atom.modifier == "oneof" else count
    question.least = count if atom.modifier == "allof" and count else 1
    return question
