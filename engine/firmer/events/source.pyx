"""Where events come from: a capture, or the live probe."""

from firmer.event cimport Event


cdef class Source:
    cdef int next(self, Event event) except -1:
        raise NotImplementedError(type(self).__name__)

    cpdef int give_back(self) except -1:
        """To be called before slow work (an alert's output): all room but that of the current event, which stays as it is, can be used again."""
        return 0

    def steps(self):
        """What `next` gives, for Python: Sections, copies of their events, None where nothing came for a while."""
        cdef Event event = Event.__new__(Event)
        cdef int step
        while True:
            step = self.next(event)
            if step == STEP_END:
                return
            yield event.copy() if step == STEP_EVENT else self.section if step == STEP_SECTION else None
