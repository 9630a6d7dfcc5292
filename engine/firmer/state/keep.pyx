"""Enter events that wait for the exits of their calls. A call makes one such copy, so buffers are used again."""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.ref cimport PyObject
from libc.stdint cimport uint8_t, uint32_t
from libc.string cimport memcpy

from firmer.event cimport VERDICT_STORE, Event, Fold, int_or
from firmer.state.facts cimport ALWAYS_KEPT, HAS_EXIT, HAS_FD, NO_THREAD, today_facts
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef extern from "Python.h":
    Py_ssize_t Py_REFCNT(PyObject *thing) noexcept

cdef enum:
    SMALLEST = 256            # bytes of a buffer; most enter events fit
    LARGEST = 4096            # a larger buffer is not kept for the next event
    MAX_STRAYS = 16384        # of unknown threads
    MAX_PENDING_BYTES = 64 << 20

cdef const uint8_t *FACTS = today_facts()


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


cdef int hold(State state, Thread thread, Event event) except -1:
    """Leave the enter event pending when somebody may read it at the exit."""
    cdef int kind = event.fold.type
    release(state, thread)
    if not state.keep_all_enters and not FACTS[kind] & ALWAYS_KEPT and not (<const unsigned char *>state.keep_enters)[kind]:
        return 0
    if state.pending_bytes + event.block_size > MAX_PENDING_BYTES:
        return state.count("enter events: no room")
    thread.pending = keep_in(thread.spare, event)
    thread.spare = None
    state.pending_bytes += event.block_size
    return 0


cdef int release(State state, Thread thread) except -1:
    """The pending enter event was used, overtaken or lost its thread; its buffer may serve again."""
    if thread.pending is not None:
        state.pending_bytes -= thread.pending.block_size
        thread.spare = thread.pending
        thread.pending = None
    return 0


cdef int store(State state, Event event) except -1:
    """An enter event that today's form hides: remember what its exit may need."""
    cdef const Fold *fold = event.fold
    cdef Thread thread = state.get(event.tid)
    cdef int facts = FACTS[fold.type]
    if not facts & HAS_EXIT or facts & NO_THREAD:
        return 0
    if thread is None:
        if fold.verdict == VERDICT_STORE:
            if len(state.strays) < MAX_STRAYS or event.tid in state.strays:
                state.strays[event.tid] = event.keep()
            else:
                state.count("enter events: too many of unknown threads")
        return 0
    thread.last_enter = fold.type
    thread.last_fd = int_or(event.raw(0), -1) if facts & HAS_FD else -1
    return hold(state, thread, event)


cdef int find_stray(State state, Thread thread) except -1:
    """The enter event of a thread that was not known when it came."""
    enter = state.strays.pop(thread.tid, None)
    if enter is not None:
        thread.pending = <Event>enter
        thread.last_enter = thread.pending.type
        state.pending_bytes += thread.pending.block_size
    return 0


cdef list pending(State state):
    """Enter events whose exits have not come, in order; all of them only while `keep_all_enters` is set."""
    cdef Thread thread
    cdef Event event
    cdef list found = [thread.pending for thread in state.threads.values() if thread.pending is not None]
    found.extend(state.strays.values())
    found.sort(key=lambda event: event.num)
    return found
