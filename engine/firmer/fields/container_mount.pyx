"""container.mounts, container.mount[…]: directories of the host that a container sees.

One mount is asked for by its number, or by its source (container.mount.source: by its destination). What stands in the brackets then is
a shell pattern for the whole text in sysdig. Falco's container plugin calls it one too, but uses it as a regular expression that may
match anywhere, so that `[/etc]` finds `/etc/ssl`; so do we, for the same rules have to give the same verdicts.
"""

import re
from fnmatch import translate

from firmer.event cimport Event
from firmer.fields.container_record cimport record_now
from firmer.fields.registry cimport declare
from firmer.fields.registry import index_or_key
from firmer.fields.slot cimport Slot, give_text
from firmer.state.state cimport State

cdef enum Part:
    WHOLE
    SOURCE
    DESTINATION
    MODE
    WRITABLE
    PROPAGATION


cdef object matcher(bytes pattern, bint sysdig):
    """Something that says whether a path fits the text in the brackets."""
    if sysdig:
        return re.compile(translate(pattern.decode("latin-1")).encode("latin-1")).match
    import re2

    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.log_errors = False
    try:
        return re2.compile(b"(?m)" + pattern, options).search
    except re2.error:
        return lambda path: None


cdef object mount_now(Slot slot, object record, Part part):
    """The mount that the brackets ask for; None without one."""
    if isinstance(slot.argument, int):
        return record.mounts[slot.argument] if slot.argument < len(record.mounts) else None
    if slot.memo is None:
        slot.memo = matcher(slot.argument, slot.sysdig)
    for mount in record.mounts:
        if slot.memo(mount.destination if part == SOURCE else mount.source):
            return mount
    return None


cdef bytes yes_or_no(bint value):
    return b"true" if value else b"false"


cdef bytes mount_text(object mount):
    return b":".join([mount.source, mount.destination, mount.mode, yes_or_no(mount.writable), mount.propagation])


cdef int give(Slot slot, Event event, State state, Part part) except -1:
    cdef object record = record_now(event, state)
    cdef object mount
    if record is None:
        return 0
    mount = mount_now(slot, record, part)
    if mount is None:
        return 0
    if part == WHOLE:
        return give_text(slot, mount_text(mount))
    if part == SOURCE:
        return give_text(slot, mount.source)
    if part == DESTINATION:
        return give_text(slot, mount.destination)
    if part == MODE:
        return give_text(slot, mount.mode)
    return give_text(slot, yes_or_no(mount.writable) if part == WRITABLE else mount.propagation)


cdef int get_mounts(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    if record is None:
        return 0
    return give_text(slot, b",".join([mount_text(mount) for mount in record.mounts]))


cdef int get_mount(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, WHOLE)


cdef int get_source(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, SOURCE)


cdef int get_dest(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, DESTINATION)


cdef int get_mode(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, MODE)


cdef int get_rdwr(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, WRITABLE)


cdef int get_propagation(Slot slot, Event event, State state) except -1:
    return give(slot, event, state, PROPAGATION)


cdef dict one(str example):
    return {"example": example, "argument": "required", "parse": index_or_key}


FIELDS = (
    declare(
        "container.mounts", "CHARBUF", get_mounts, "All mounts as source:destination:mode:writable:propagation with commas between.",
        {"example": "/etc:/host/etc:ro:false:rprivate"},
    ),
    declare("container.mount", "CHARBUF", get_mount, "One mount by its number or its source.", one("/etc:/host/etc:ro:false:rprivate")),
    declare("container.mount.source", "CHARBUF", get_source, "Source of a mount, by its number or its destination.", one("/etc")),
    declare("container.mount.dest", "CHARBUF", get_dest, "Destination of a mount, by its number or its source.", one("/host/etc")),
    declare("container.mount.mode", "CHARBUF", get_mode, "Mode of a mount, by its number or its source.", one("ro")),
    declare("container.mount.rdwr", "CHARBUF", get_rdwr, "Whether a mount may be written, by its number or its source.", one("false")),
    declare("container.mount.propagation", "CHARBUF", get_propagation, "Propagation of a mount, by its number or its source.", one("rprivate")),
)
