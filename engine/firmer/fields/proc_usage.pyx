"""proc.vmsize, proc.fdopencount and their like: what a process uses, and its standard streams."""

from libc.stdint cimport int64_t

from firmer.event cimport Event
from firmer.fields.fd_kind cimport kind_word
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.fd cimport Fd
from firmer.state.state cimport State
from firmer.state.thread cimport Thread


cdef inline Thread main_now(State state):
    return None if state.thread is None else state.main_of(state.thread)


cdef inline int64_t open_count(Thread main) noexcept:
    return 0 if main is None or main.fds is None else main.fds.count


cdef int get_fdopencount(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, open_count(main_now(state)))


cdef int get_fdlimit(Slot slot, Event event, State state) except -1:
    cdef Thread main = main_now(state)
    return 0 if state.thread is None else give_num(slot, 0 if main is None else main.fdlimit)


cdef int get_fdusage(Slot slot, Event event, State state) except -1:
    cdef Thread main = main_now(state)
    cdef int64_t count = open_count(main)
    if state.thread is None:
        return 0
    if main is None or main.fdlimit <= 0:
        slot.obj = 0.0
    else:
        slot.obj = min(count * 100.0 / main.fdlimit, 100.0)
    return 1


cdef int get_vmsize(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.vmsize_kb)


cdef int get_vmrss(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.vmrss_kb)


cdef int get_vmswap(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.vmswap_kb)


cdef int get_nthreads(Slot slot, Event event, State state) except -1:
    cdef Thread main = main_now(state)
    return 0 if state.thread is None else give_num(slot, 0 if main is None else main.nthreads)


cdef int get_nthreads_sysdig(Slot slot, Event event, State state) except -1:
    cdef Thread main = main_now(state)
    return 0 if main is None else give_num(slot, main.nchilds + 1)


cdef int get_nchilds(Slot slot, Event event, State state) except -1:
    cdef Thread main = main_now(state)
    if state.thread is None:
        return 0
    if main is None:
        return give_num(slot, 0)
    # a leader that exited before its threads is not counted, so it is not taken off either
    return give_num(slot, main.nthreads if main.dead else max(main.nthreads - 1, 0))


cdef int get_nchilds_sysdig(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.nchilds)


cdef int get_probe(Slot slot, Event event, State state) except -1:
    """Today nobody tells what is a probe of a container."""
    return 0


cdef int get_probe_sysdig(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, 0)


cdef int give_stream_kind(Slot slot, State state, int64_t number) except -1:
    cdef Fd fd = None if state.thread is None else state.fd_of(state.thread, number)
    return 0 if fd is None else give_text(slot, kind_word(fd.type))


cdef int give_stream_name(Slot slot, State state, int64_t number) except -1:
    cdef Fd fd = None if state.thread is None else state.fd_of(state.thread, number)
    return 0 if fd is None else give_text(slot, fd.name)


cdef int get_stdin_type(Slot slot, Event event, State state) except -1:
    return give_stream_kind(slot, state, 0)


cdef int get_stdout_type(Slot slot, Event event, State state) except -1:
    return give_stream_kind(slot, state, 1)


cdef int get_stderr_type(Slot slot, Event event, State state) except -1:
    return give_stream_kind(slot, state, 2)


cdef int get_stdin_name(Slot slot, Event event, State state) except -1:
    return give_stream_name(slot, state, 0)


cdef int get_stdout_name(Slot slot, Event event, State state) except -1:
    return give_stream_name(slot, state, 1)


cdef int get_stderr_name(Slot slot, Event event, State state) except -1:
    return give_stream_name(slot, state, 2)


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare("proc.fdopencount", "UINT64", get_fdopencount, "Number of open descriptors.", {"example": "100"}),
    declare("proc.fdlimit", "INT64", get_fdlimit, "How many descriptors the process may open.", {"example": "1024"}),
    declare("proc.fdusage", "DOUBLE", get_fdusage, "Open descriptors as percentage of the limit.", {"example": "90"}),
    declare("proc.vmsize", "UINT64", get_vmsize, "Virtual memory, kB.", {"example": "1048576"}),
    declare("proc.vmrss", "UINT64", get_vmrss, "Resident memory, kB.", {"example": "65536"}),
    declare("proc.vmswap", "UINT64", get_vmswap, "Swapped memory, kB.", {"example": "0"}),
    declare(
        "proc.nthreads", "UINT64", get_nthreads, "Number of threads of the process.", {"example": "1", "sysdig_type": "UINT32"},
        get_nthreads_sysdig,
    ),
    declare(
        "proc.nchilds", "UINT64", get_nchilds, "Number of threads of the process without its main thread.",
        {"example": "0", "sysdig_type": "UINT32"}, get_nchilds_sysdig,
    ),
    declare("proc.is_container_healthcheck", "BOOL", get_probe, "Whether the process is a container's health check.", {"deprecated": True}, get_probe_sysdig),
    declare("proc.is_container_liveness_probe", "BOOL", get_probe, "Whether the process is a liveness probe.", {"deprecated": True}, get_probe_sysdig),
    declare("proc.is_container_readiness_probe", "BOOL", get_probe, "Whether the process is a readiness probe.", {"deprecated": True}, get_probe_sysdig),
    declare("proc.stdin.type", "CHARBUF", get_stdin_type, "Kind of descriptor 0.", new("ipv4")),
    declare("proc.stdout.type", "CHARBUF", get_stdout_type, "Kind of descriptor 1.", new("ipv4")),
    declare("proc.stderr.type", "CHARBUF", get_stderr_type, "Kind of descriptor 2.", new("pipe")),
    declare("proc.stdin.name", "CHARBUF", get_stdin_name, "Name of descriptor 0.", new("/dev/pts/0")),
    declare("proc.stdout.name", "CHARBUF", get_stdout_name, "Name of descriptor 1.", new("/dev/null")),
    declare("proc.stderr.name", "CHARBUF", get_stderr_name, "Name of descriptor 2.", new("/dev/null")),
)
