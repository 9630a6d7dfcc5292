"""Paths that calls were given, led through the links that are known: those of /proc to a process's own root, directory and descriptors, and symbolic
links that were made while events came. Who renames a guarded file spells it past every guard; only the kernel walks the whole way.
"""

from libc.stdint cimport int64_t

from firmer.event cimport Event, int_or, span_text
from firmer.state.fd cimport Fd
from firmer.state.files cimport base_of
from firmer.state.paths cimport join
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef extern from "firmer/events/tables.h":
    enum: PPME_SYSCALL_SYMLINK_X

cdef enum:
    AT_FDCWD = -100
    MOST_LINKS = 1024             # symbolic links kept for all processes together; the oldest goes first
    TURNS = 40                    # links on one way, as in the kernel
    DEEPEST = 64                  # folders of a path that are looked at


cdef bytes key(State state, bytes path):
    """A container has files of its own."""
    return state.thread.container_id + b":" + path


cdef bytes walked(State state, bytes path, bint last):
    """The path behind all links that are known; the last name is one only where it is to be followed."""
    cdef bytes led
    cdef int turn
    for turn in range(TURNS):
        led = from_proc(state, path, last)
        if led is None and state.symlinks:
            led = from_link(state, path, last)
        if led is None:
            break
        path = led
    return path


cdef bytes from_proc(State state, bytes path, bint last):
    """/proc/PID/root, cwd and fd/N with what is behind them; None: the path is no such one."""
    cdef list parts
    cdef bytes base = None, rest
    cdef Thread thread
    cdef Fd fd
    cdef int at = 3
    if not path.startswith(b"/proc/"):
        return None
    parts = path.split(b"/")
    if parts[2] == b"self" or parts[2] == b"thread-self":
        thread = state.thread
    elif state.thread.vpid == state.thread.pid:
        thread = state.get(number_of(parts[2]))
    else:
        return None                   # numbers of another pid namespace
    if len(parts) > at + 1 and parts[at] == b"task":
        thread = state.get(number_of(parts[at + 1]))
        at += 2
    if thread is None or len(parts) <= at:
        return None
    if parts[at] == b"root":
        base = b"/" if thread is state.thread else thread.root or b"/"
    elif parts[at] == b"cwd":
        base = state.cwd_of(thread)
    elif parts[at] == b"fd" and len(parts) > at + 1:
        at += 1
        fd = state.fd_of(thread, number_of(parts[at]))
        base = None if fd is None else fd.name
    if base is None or not base.startswith(b"/"):
        return None
    rest = b"/".join(parts[at + 1:])
    if not rest:
        return base if last else None
    return join(base if base.endswith(b"/") else base + b"/", rest, False)


cdef bytes from_link(State state, bytes path, bint last):
    """The way behind the first symbolic link in the path; None: there is none."""
    cdef Py_ssize_t at = 0
    cdef bytes target
    cdef int depth
    for depth in range(DEEPEST):
        at = path.find(b"/", at + 1)
        if at < 0:
            break
        target = state.symlinks.get(key(state, path[:at]))
        if target is not None:
            return join(target + b"/", path[at + 1:], False)
    return state.symlinks.get(key(state, path)) if last and at < 0 else None


cdef int64_t number_of(bytes text):
    return int(text) if len(text) < 10 and text.isdigit() else -1


cdef int on_symlink(State state, Event event) except -1:
    """symlink, symlinkat."""
    cdef bint at = event.fold.type != PPME_SYSCALL_SYMLINK_X
    cdef bytes target, path, base
    if state.thread is None or int_or(event.param(0), -1) != 0:
        return 0
    target, path = span_text(event.param(1)), span_text(event.param(3 if at else 2))
    path = join(base_of(state, path, int_or(event.param(2), AT_FDCWD)) if at else state.cwd_of(state.thread), path, False)
    path = walked(state, path, False)
    base = path[:path.rfind(b"/") + 1]
    state.symlinks.pop(key(state, path), None)
    if len(state.symlinks) >= MOST_LINKS:
        state.count("symbolic links: the oldest forgotten")
        del state.symlinks[next(iter(state.symlinks))]
    state.symlinks[key(state, path)] = join(base, target, False)
    return 0
