"""Programs: compiled conditions and sets of rules."""

from cpython.ref cimport PyObject
from libc.stdint cimport uint64_t

from firmer.event cimport Event
from firmer.fields.slot cimport Slot
from firmer.filter.question cimport Question
from firmer.state.state cimport State


cdef struct Step:
    int atom                      # number in the table; negative: rule -(atom + 1) matches
    int next[2]                   # when false, when true; END, UNSEEN or the number of a step


cdef class AtomTable:
    """Atoms and slots of one run, each once, however many conditions ask; and their answers for the current event."""
    cdef readonly str dialect
    cdef object new_slot          # (text, dialect) -> Slot
    cdef dict slots               # operand text -> Slot
    cdef dict numbers             # tree.Atom -> number
    cdef list spelled             # slots that `State.spelling` changes, and calls, which may be made of such; None: not looked for yet
    cdef readonly list questions
    cdef PyObject **asked         # borrowed from `questions`
    cdef uint64_t *answers        # event number << 1 | answer
    cdef Py_ssize_t room
    cdef Slot slot(self, object operand)
    cdef int ask_again(self) except -1


cdef class Program:
    """The steps for one kind of events: the graph of its rules, unfolded as far as events have come."""
    cdef Step *code
    cdef Py_ssize_t room
    cdef readonly int size
    cdef int start                # END or a step
    cdef list nodes               # (atom, next when true, next when false) of the graph
    cdef dict bits                # atom -> its bit in the masks of this program
    cdef list later               # by node: bits of the atoms that are asked at it or after it
    cdef list places              # by step: (node, atoms known to be true, atoms known to be false)
    cdef dict found               # the same -> step
    cdef int follow(self, int at, int answer) except -3
    cdef int place(self, int node, object true, object false) except -3
    cdef int run(self, AtomTable table, Event event, State state, int *hits, int most) except -1


cdef class RuleProgram:
    """Conditions of a set of rules, compiled together; the program of an event key is made when the first such event comes.

    `run` tells how many rules match and puts their numbers, in load order, into `hits` (at most `most`).
    """
    cdef readonly AtomTable table
    cdef readonly bytes wanted    # one byte an event key; None: every event
    cdef readonly bint first
    cdef readonly int count
    cdef list trees
    cdef list possible            # event keys that a condition can hold for, as bits; None in the sysdig dialect
    cdef list programs            # by event key
    cdef dict made                # the same by what it was made of
    cdef PyObject **by_key        # borrowed from `programs`, NULL: not made yet
    cdef int run(self, Event event, State state, int *hits, int most) except -1
    cdef int run_again(self, Program program, int spelling, Event event, State state, int *hits, int found, int most) except -1
    cdef Program program(self, int key)


cdef class Condition:
    """One condition."""
    cdef readonly RuleProgram rules
    cdef readonly bytes wanted
    cdef bint holds(self, Event event, State state) except -1
