"""Copies of events whose buffers are used again: an enter event is copied for each call that a thread makes."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.ref cimport PyObject
from libc.stdint cimport uint32_t
from libc.string cimport memcpy

cdef extern from "Python.h":
    Py_ssize_t Py_REFCNT(PyObject *thing) noexcept

cdef enum:
    SMALLEST = 256            # bytes of a buffer; most enter events fit
    LARGEST = 4096            # a larger buffer is not kept for the next event


cdef Event keep_in(Event spare, Event event):
    """A copy of the event, in `spare` when nobody else holds that or its buffer (`spare` is what the caller's attribute holds)."""
    cdef Event copy = spare
    cdef Py_ssize_t size = event.block_size
    cdef const unsigned char *block
    # references to a spare that is free: the attribute, the two names here; to its buffer: its owner
    if copy is None or Py_REFCNT(<PyObject *>copy) > 3 or Py_REFCNT(<PyObject *>copy.owner) > 1 or PyBytes_GET_SIZE(copy.owner) < size \
            or PyBytes_GET_SIZE(copy.owner) > LARGEST:
        copy = Event.__new__(Event)
        copy.owner = PyBytes_FromStringAndSize(NULL, size if size > SMALLEST else SMALLEST)
    block = <const unsigned char *>PyBytes_AS_STRING(copy.owner)
    memcpy(<void *>block, event.block, size)
    copy.block = block
    copy.block_size = event.block_size
    copy.head = block + (event.head - event.block)
    copy.size = event.size
    copy.num = event.num
    copy.today_num = event.today_num
    copy.ts = event.ts
    copy.tid = event.tid
    copy.cpu = event.cpu
    copy.type = event.type
    copy.flags = event.flags
    copy.nparams = event.nparams
    memcpy(copy.start, event.start, (event.nparams + 1) * sizeof(uint32_t))
    copy.fold = event.fold
    copy.today = event.today
    copy.enter = None
    return copy
