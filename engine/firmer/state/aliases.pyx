"""Files by the names that they had elsewhere: what was renamed, linked, mounted at a second place, or is seen from inside of a changed root.

The kernel's path of an opened file is its present one. Who moves a guarded file first, or makes a second name for it, opens another path; rules that guard the
first one shall hold all the same. Of hard links and parts of a file system that are mounted elsewhere firmer's probe tells the other name itself; of
all else only events tell, so what was done before them is not known, and the paths of these calls are claims.
"""

from firmer.event cimport Event, int_or, span_text, uint_or
from firmer.state.fd cimport FD_UPPER_LAYER, Fd
from firmer.state.files cimport addition_of, base_of
from firmer.state.paths cimport join
from firmer.state.state cimport State
from firmer.state.walk cimport key, walked

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_SYSCALL_RENAME_X, PPME_SYSCALL_LINK_2_X

cdef enum:
    AT_FDCWD = -100
    MS_BIND = 4096
    AT_SYMLINK_FOLLOW = 1024
    MOST = 1024                   # names kept for all processes together; the oldest goes first
    DEEPEST = 64                  # folders above a file that are looked at


cdef bytes given(State state, Event event, int dir_at, int path_at, bint last=False):
    """The path in a slot, absolute, behind all links that are known, and as seen from outside of a changed root; `last`: its last name is followed, too."""
    cdef bytes path = span_text(event.param(path_at))
    path = join(state.cwd_of(state.thread) if dir_at < 0 else base_of(state, path, int_or(event.param(dir_at), AT_FDCWD)), path, state.sysdig)
    return outside(state, walked(state, path, last))


cdef bytes outside(State state, bytes path):
    cdef bytes root = state.thread.root
    if len(root) < 2 or not root.startswith(b"/"):
        return path
    return root + path


cdef tuple origins_of(State state, bytes path):
    """What the path stands for: lower and upper layer, mostly the same; None when it is only itself."""
    cdef dict origins = state.origins
    cdef tuple found = origins.get(key(state, path))
    cdef Py_ssize_t at = len(path)
    cdef int depth
    cdef bytes rest
    if found is not None:
        return found
    for depth in range(DEEPEST):
        at = path.rfind(b"/", 0, at)
        if at <= 0:
            return None
        found = origins.get(key(state, path[:at]))
        if found is not None:
            rest = path[at:]
            return found[0] + rest, found[1] + rest
    return None


cdef tuple aliases_of(State state, Fd fd, list elsewhere):
    """The other names of an opened file; None when there are none. `elsewhere`: those that the kernel told, or None."""
    cdef bytes path
    cdef tuple origins
    cdef list found = []
    if elsewhere is None and not state.origins and len(state.thread.root) < 2:
        return None               # as nearly always
    for path in (outside(state, fd.name), *(elsewhere or ())):
        origins = origins_of(state, path) if state.origins else None
        if origins is not None:
            path = origins[1 if fd.flags & FD_UPPER_LAYER else 0]
        if path and path != fd.name and path not in found:
            found.append(path)
    return tuple(found) if found else None


cdef int note(State state, bytes path, bytes lower, bytes upper) except -1:
    """`path` is now what the other was."""
    cdef dict origins = state.origins
    cdef tuple older = origins_of(state, lower) if origins else None
    cdef bytes name = key(state, path)
    origins.pop(name, None)
    if older is not None:
        lower, upper = older
    if lower == path:
        return 0                  # it is back
    if len(origins) >= MOST:
        state.count("other names of files: the oldest forgotten")
        del origins[next(iter(origins))]
    origins[name] = (lower, upper)
    return 0


cdef int on_rename(State state, Event event) except -1:
    """rename, renameat, renameat2."""
    cdef bint at = event.fold.type != PPME_SYSCALL_RENAME_X
    cdef bytes old, new
    if state.thread is None or int_or(event.param(0), -1) != 0:
        return 0
    old = given(state, event, 1 if at else -1, 2 if at else 1)
    new = given(state, event, 3 if at else -1, 4 if at else 2)
    note(state, new, old, old)
    state.origins.pop(key(state, old), None)
    return 0


cdef int on_link(State state, Event event) except -1:
    """link, linkat: hard links."""
    cdef bint at = event.fold.type != PPME_SYSCALL_LINK_2_X
    cdef bytes old
    if state.thread is None or int_or(event.param(0), -1) != 0:
        return 0
    old = given(state, event, 1 if at else -1, 2 if at else 1, at and uint_or(event.param(5), 0) & AT_SYMLINK_FOLLOW)
    return note(state, given(state, event, 3 if at else -1, 4 if at else 2), old, old)


cdef int on_mount(State state, Event event) except -1:
    """mount: a folder or file at a second place, or an overlay of folders, whose options firmer's probe adds behind the table's parameters."""
    cdef bytes option, options, lower = None, upper = None
    if state.thread is None or int_or(event.param(0), -1) != 0:
        return 0
    if uint_or(event.param(4), 0) & MS_BIND:
        lower = upper = given(state, event, -1, 1, True)
    elif span_text(event.param(3)) == b"overlay":
        options = addition_of(state, event)
        for option in (options or b"").split(b"\0", 1)[0].split(b","):
            if option.startswith(b"lowerdir="):
                lower = outside(state, join(state.cwd_of(state.thread), option[9:].split(b":")[0], state.sysdig))
            elif option.startswith(b"upperdir="):
                upper = outside(state, join(state.cwd_of(state.thread), option[9:], state.sysdig))
    if lower is None:
        return 0
    return note(state, given(state, event, -1, 2, True), lower, lower if upper is None else upper)
