"""What the pipeline feeds: rule sets, printers, writers, later chisels and views."""


cdef class Consumer:
    cdef int on_section(self, section, State state) except -1:
        return 0

    cdef int before(self, Event event, State state) except -1:
        raise NotImplementedError(type(self).__name__)

    cdef int on_event(self, Event event, State state) except -1:
        raise NotImplementedError(type(self).__name__)

    cdef int on_idle(self, uint64_t now) except -1:
        return 0
