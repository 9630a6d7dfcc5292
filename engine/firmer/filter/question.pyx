"""Atoms as the native program asks them: what all questions share.

A Question holds a slot and a converted constant. There is one class for each way to compare: numbers in `question_number`, texts and addresses in
`question_text`, the rest in `questions`, which also makes the right one for an atom. What the operators mean is told in `operators.py` and
`reference.py`.
"""

from libc.stdint cimport uint64_t

from firmer.event cimport Event
from firmer.fields.slot cimport KIND_UNSIGNED, ONE, WITHIN, Slot
from firmer.state.state cimport State

OP_NAMES = (
    "exists", "=", "!=", "<", "<=", ">", ">=", "in", "intersects", "contains", "icontains", "startswith", "endswith", "bcontains", "bstartswith",
    "glob", "iglob", "regex", "pmatch",
)
OP = {name: number for number, name in enumerate(OP_NAMES)}


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


cdef object value_in(Slot slot):
    """The loaded value as a Python object."""
    if (slot.many == ONE or slot.many == WITHIN) and is_number(slot.kind):
        return <uint64_t>slot.num if slot.kind == KIND_UNSIGNED else slot.num
    return slot.obj
