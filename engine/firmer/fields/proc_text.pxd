"""Texts made of a thread's argument and environment lists."""

from libc.stdint cimport int64_t

from firmer.state.thread cimport Thread

cdef bytes args_text(Thread thread)
cdef bytes cmdline_text(Thread thread, bint sysdig)
cdef bytes joined(bytes parts)
cdef bytes part(bytes parts, int64_t index)
cdef Py_ssize_t part_count(bytes parts) noexcept
cdef Py_ssize_t part_bytes(bytes parts) noexcept
cdef bytes variable(bytes env, bytes name)
