"""Copies of events whose buffers are used again."""

from firmer.event cimport Event

cdef Event keep_in(Event spare, Event event)
