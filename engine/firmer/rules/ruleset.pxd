"""Sets of rules as consumers of events."""

from cpython.array cimport array

from firmer.event cimport Event
from firmer.events.render cimport Text
from firmer.filter.program cimport AtomTable, RuleProgram
from firmer.state.consumer cimport Consumer
from firmer.state.state cimport State


cdef class RuleSet(Consumer):
    """Compiled rules. Each match becomes an Alert that goes to `sink`; without one it is only counted."""
    cdef readonly RuleProgram program
    cdef readonly list rules            # model.Rule, by number
    cdef readonly list matches          # count of matches, by number
    cdef readonly list warnings         # Problem
    cdef readonly str hostname
    cdef list heads                     # Head, by number
    cdef list outputs                   # Output, by number
    cdef AtomTable printed
    cdef array hits
    cdef Text line
    cdef object clock                   # alert.Clock
    cdef object _sink
    cdef object alert(self, int rule, Event event, State state)
