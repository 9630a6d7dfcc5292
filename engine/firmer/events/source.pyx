"""Where events come from: a capture, or the live probe."""


cdef class Source:
    cdef int next(self, Event event) except -1:
        raise NotImplementedError(type(self).__name__)

    cpdef int detach(self, Event event) except -1:
        """Call before slow work (an alert's output) with the event that `next` filled last: it gets bytes of its own where its place is needed."""
        return 0
