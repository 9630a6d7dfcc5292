"""Messages that processes write to the system log."""

from firmer.event cimport Event
from firmer.events.render cimport Text
from firmer.state.state cimport State

cdef int put_record(Text out, Event event, State state) except -1
