"""group.*: the group that the thread acts for."""

from firmer.event cimport Event
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State

cdef enum:
    NOBODY = 0xFFFFFFFF


cdef int get_gid(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.gid)


cdef int get_name(Slot slot, Event event, State state) except -1:
    cdef object group = None
    cdef dict table
    if state.thread is None:
        return 0
    table = state.groups
    if state.thread.container_id and not state.sysdig:
        table = state.accounts.groups_of.get(state.thread.container_id)
    if table is not None and state.thread.gid != NOBODY:
        group = table.get(state.thread.gid)
    if group is not None:
        return give_text(slot, group.name)
    if state.sysdig:
        return 0
    return give_text(slot, b"root" if state.thread.gid == 0 else b"<NA>")


FIELDS = (
    declare("group.gid", "UINT32", get_gid, "Id of the group.", {"example": "0", "sysdig_type": "UINT64"}),
    declare("group.name", "CHARBUF", get_name, "Name of the group; the text <NA> where it is not known.", {"example": "root"}),
)
