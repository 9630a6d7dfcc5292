"""Joining and normalising paths as the events' consumers print them."""

cdef bytes join(bytes base, bytes name, bint sysdig)
cdef bytes printable(bytes text)
