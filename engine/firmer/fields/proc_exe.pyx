"""proc.is_exe_*, proc.exe_ino*: the executable file that the process runs."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num
from firmer.state.state cimport State
from firmer.state.thread cimport Thread


cdef inline int give_known(Slot slot, uint64_t value) noexcept:
    """A number of which 0 means that it is not known."""
    slot.num = <int64_t>value
    return value != 0


cdef int get_writable(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.exe_writable)


cdef int get_upper_layer(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.exe_upper_layer)


cdef int get_lower_layer(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.exe_lower_layer)


cdef int get_from_memfd(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.exe_from_memfd)


cdef int get_ino(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_known(slot, state.thread.exe_ino)


cdef int get_ctime(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_known(slot, state.thread.exe_ino_ctime)


cdef int get_mtime(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_known(slot, state.thread.exe_ino_mtime)


cdef int get_ctime_to_start(Slot slot, Event event, State state) except -1:
    cdef Thread thread = state.thread
    # the difference is taken at exec, so a process whose exec was not seen has none
    if thread is None or not thread.exec_ts or not thread.clone_ts or not thread.exe_ino_ctime:
        return 0
    return give_known(slot, thread.clone_ts - thread.exe_ino_ctime)


cdef int get_pidns_start_to_ctime(Slot slot, Event event, State state) except -1:
    cdef Thread thread = state.thread
    if thread is None or not thread.exec_ts or not thread.pidns_init_start_ts or thread.exe_ino_ctime <= thread.pidns_init_start_ts:
        return 0
    return give_known(slot, thread.exe_ino_ctime - thread.pidns_init_start_ts)


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare("proc.is_exe_writable", "BOOL", get_writable, "Whether the user who started it may write the executable file."),
    declare(
        "proc.is_exe_upper_layer", "BOOL", get_upper_layer, "Whether the executable lies in the upper layer of an overlay: changed in the container.",
        new("true"),
    ),
    declare("proc.is_exe_lower_layer", "BOOL", get_lower_layer, "Whether the executable lies in a lower layer of an overlay.", new("true")),
    declare("proc.is_exe_from_memfd", "BOOL", get_from_memfd, "Whether the executable is a file in memory only.", new("true")),
    declare("proc.exe_ino", "INT64", get_ino, "Inode number of the executable.", new("262817")),
    declare("proc.exe_ino.ctime", "ABSTIME", get_ctime, "When the executable's inode last changed, ns.", new("1700000000000000000")),
    declare("proc.exe_ino.mtime", "ABSTIME", get_mtime, "When the executable's content last changed, ns.", new("1700000000000000000")),
    declare(
        "proc.exe_ino.ctime_duration_proc_start", "ABSTIME", get_ctime_to_start, "From the inode's change to the start of the process, ns.",
        new("1000000000"),
    ),
    declare(
        "proc.exe_ino.ctime_duration_pidns_start", "ABSTIME", get_pidns_start_to_ctime,
        "From the start of the pid namespace to the inode's change, where the change came later, ns.", new("1000000000"),
    ),
)
