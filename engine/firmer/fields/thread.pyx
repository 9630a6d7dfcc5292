"""thread.*: the thread of an event, its memory, time, control groups and capabilities."""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport Event, uint_or
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef extern from "firmer/events/tables.h":
    enum: PPME_SCHEDSWITCH_1_E, PPME_SCHEDSWITCH_6_E, PPME_PROCINFO_E

cdef enum:
    LAST_ID = 0xFFFFFFFF
    MOST_THREADS = 1 << 17    # whose times thread.totexectime and thread.cpu remember

# bit 0 first
cdef tuple CAPABILITIES = tuple(
    b"CAP_" + name.encode()
    for name in (
        "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE NET_BROADCAST"
        " NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE"
        " SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM"
        " BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
    ).split()
)
cdef dict SUBSYSTEMS = {b"perf": b"perf_event", b"mem": b"memory", b"io": b"blkio"}
cdef dict capability_texts = {}


cdef int get_tid(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.tid) if -1 <= event.tid <= LAST_ID else 0


cdef int get_tid_sysdig(Slot slot, Event event, State state) except -1:
    return give_num(slot, event.tid)


cdef int get_vtid(Slot slot, Event event, State state) except -1:
    if state.thread is None or state.thread.vtid == -1:
        return 0
    return give_num(slot, state.thread.vtid)


cdef int get_ismain(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.tid == state.thread.pid)


cdef int get_nametid(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, state.thread.comm + b"%d" % event.tid)


cdef int get_pfmajor(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, <int64_t>state.thread.pfmajor)


cdef int get_pfminor(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, <int64_t>state.thread.pfminor)


cdef int give_main_only(Slot slot, State state, int64_t value) except -1:
    return give_num(slot, value if state.thread.tid == state.thread.pid else 0)


cdef int get_vmsize(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_main_only(slot, state, state.thread.vmsize_kb)


cdef int get_vmrss(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_main_only(slot, state, state.thread.vmrss_kb)


cdef int get_vmsize_bytes(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_main_only(slot, state, <int64_t>state.thread.vmsize_kb * 1024)


cdef int get_vmrss_bytes(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_main_only(slot, state, <int64_t>state.thread.vmrss_kb * 1024)


cdef int64_t slice_ns(Slot slot, Event event) except -1:
    """Time since the last switch on this processor at which this slot was asked; 0 on other events and at the first."""
    cdef dict seen
    cdef uint64_t before
    if event.type != PPME_SCHEDSWITCH_6_E and event.type != PPME_SCHEDSWITCH_1_E:
        return 0
    if slot.memo is None:
        slot.memo = ({}, {})
    seen = slot.memo[0]
    before = seen.get(event.cpu, 0)
    seen[event.cpu] = event.ts
    return <int64_t>(event.ts - before) if before and event.ts > before else 0


cdef int get_exectime(Slot slot, Event event, State state) except -1:
    return give_num(slot, slice_ns(slot, event))


cdef int get_totexectime(Slot slot, Event event, State state) except -1:
    cdef dict totals
    slot.num = slice_ns(slot, event)
    if state.thread is None:
        return 0
    if slot.memo is None:
        slot.memo = ({}, {})
    totals = slot.memo[1]
    slot.num += totals.get(state.thread.tid, 0)
    if len(totals) < MOST_THREADS or state.thread.tid in totals:
        totals[state.thread.tid] = slot.num
    return 1


cdef int give_cpu(Slot slot, Event event, State state, bint user, bint system) except -1:
    """What a procinfo event adds to the counters of the thread, at most 100; the first gives 0."""
    cdef uint64_t total, before
    if event.type != PPME_PROCINFO_E or state.thread is None:
        return 0
    total = (uint_or(event.raw(0), 0) if user else 0) + (uint_or(event.raw(1), 0) if system else 0)
    if slot.memo is None:
        slot.memo = {}
    before = slot.memo.get(state.thread.tid, 0)
    if len(slot.memo) < MOST_THREADS or state.thread.tid in slot.memo:
        slot.memo[state.thread.tid] = total
    slot.obj = min(<double>(total - before), 100.0) if before else 0.0
    return 1


cdef int get_cpu(Slot slot, Event event, State state) except -1:
    return give_cpu(slot, event, state, True, True)


cdef int get_cpu_user(Slot slot, Event event, State state) except -1:
    return give_cpu(slot, event, state, True, False)


cdef int get_cpu_system(Slot slot, Event event, State state) except -1:
    return give_cpu(slot, event, state, False, True)


cdef list control_groups(bytes cgroups, bint sysdig):
    """Pairs of subsystem, by its usual name, and path."""
    cdef bytes entry, subsystem, equals, path
    cdef list pairs = []
    for entry in cgroups.split(b"\0"):
        # a path may hold an equals sign; the two generations cut at different ones
        subsystem, equals, path = entry.rpartition(b"=") if sysdig else entry.partition(b"=")
        if not equals:
            continue
        subsystem = subsystem.replace(b"_cgroup", b"", 1)
        pairs.append((SUBSYSTEMS.get(subsystem, subsystem), path))
    return pairs


cdef int get_cgroups(Slot slot, Event event, State state) except -1:
    cdef list pairs
    if state.thread is None:
        return 0
    pairs = control_groups(state.thread.cgroups, state.sysdig)
    if not pairs:
        return 0
    return give_text(slot, b" ".join([subsystem + b"=" + path for subsystem, path in pairs]))


cdef int get_cgroup(Slot slot, Event event, State state) except -1:
    if state.thread is None:
        return 0
    for subsystem, path in control_groups(state.thread.cgroups, state.sysdig):
        if subsystem == slot.argument:
            return give_text(slot, path)
    return 0


cdef bytes capability_text(uint64_t bits):
    """Names of all bits that are set, the lowest first."""
    cdef bytes text = capability_texts.get(bits)
    if text is None:
        text = b" ".join([CAPABILITIES[k] for k in range(len(CAPABILITIES)) if bits >> k & 1])
        if len(capability_texts) < 1024:
            capability_texts[bits] = text
    return text


cdef int get_cap_permitted(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, capability_text(state.thread.cap_permitted))


cdef int get_cap_inheritable(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, capability_text(state.thread.cap_inheritable))


cdef int get_cap_effective(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, capability_text(state.thread.cap_effective))


def subsystem(text: str) -> bytes:
    """Name of a control group's subsystem."""
    return text.encode("ascii", "replace")


def subsystem_length(text: str) -> int:
    """Letters and underscores at the beginning of the text."""
    length = 0
    while length < len(text) and text[length].isascii() and (text[length].isalpha() or text[length] == "_"):
        length += 1
    return length


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare("thread.tid", "INT64", get_tid, "Thread id of the event.", {"example": "1234"}, get_tid_sysdig),
    declare("thread.vtid", "INT64", get_vtid, "Thread id as the thread itself sees it.", {"example": "1"}),
    declare("thread.ismain", "BOOL", get_ismain, "Whether the thread is the main one of its process."),
    declare("thread.nametid", "CHARBUF", get_nametid, "Name and thread id without anything between.", {"example": "bash1234", "hidden": True}),
    declare("thread.exectime", "RELTIME", get_exectime, "On a switch, how long the thread has run on this processor, ns.", {"example": "1000000"}),
    declare("thread.totexectime", "RELTIME", get_totexectime, "Sum of thread.exectime so far, ns.", {"example": "1000000"}),
    declare("thread.cpu", "DOUBLE", get_cpu, "Share of a processor that the thread used, percent.", {"example": "50"}),
    declare("thread.cpu.user", "DOUBLE", get_cpu_user, "The same, in user mode.", {"example": "50"}),
    declare("thread.cpu.system", "DOUBLE", get_cpu_system, "The same, in the kernel.", {"example": "50"}),
    declare("thread.vmsize", "UINT64", get_vmsize, "Virtual memory in kB of a main thread, 0 for others.", {"example": "1048576"}),
    declare("thread.vmrss", "UINT64", get_vmrss, "Resident memory in kB of a main thread, 0 for others.", {"example": "65536"}),
    declare("thread.vmsize.b", "UINT64", get_vmsize_bytes, "thread.vmsize in bytes.", {"example": "1048576", "hidden": True}),
    declare("thread.vmrss.b", "UINT64", get_vmrss_bytes, "thread.vmrss in bytes.", {"example": "65536", "hidden": True}),
    declare("thread.pfmajor", "UINT64", get_pfmajor, "Page faults so far that had to wait for a device.", {"example": "0"}),
    declare("thread.pfminor", "UINT64", get_pfminor, "Page faults so far that had not.", {"example": "0"}),
    declare("thread.cgroups", "CHARBUF", get_cgroups, "All control groups as subsystem=path with blanks between.", {"example": "cpu=/user.slice"}),
    declare(
        "thread.cgroup", "CHARBUF", get_cgroup, "Path in the control group of one subsystem.",
        {"example": "/user.slice", "argument": "required", "parse_dotted": subsystem, "dotted_length": subsystem_length},
    ),
    declare("thread.cap_permitted", "CHARBUF", get_cap_permitted, "Permitted capabilities with blanks between.", new("CAP_SYS_ADMIN")),
    declare("thread.cap_inheritable", "CHARBUF", get_cap_inheritable, "Inheritable capabilities with blanks between.", new("CAP_NET_RAW")),
    declare("thread.cap_effective", "CHARBUF", get_cap_effective, "Effective capabilities with blanks between.", new("CAP_SYS_ADMIN")),
)
