"""What the lists before the events cannot say is told by events that are marked state-only: each reader draws its own conclusions.

- A thread that an event made: for sysdig 0.29.3 its parent is the thread that made it, for today's readers the parent of its process.
- A process whose parent ended: sysdig goes on naming the dead one, today's readers name the one that took it over.
- An internet socket that nothing has named yet: in a list it would have addresses, all zero, and a name made of them. An IPv6 connection
  that was seen: in a list it has no role, and no protocol that shows.
"""

from struct import pack

from firmer.events.entries cimport FdEntry, ThreadEntry

from firmer.capture.encode import encode_event

SOCKET_E, SOCKET_X, CONNECT_E, CONNECT_X, ACCEPT_E, ACCEPT_X = 18, 19, 22, 23, 246, 247
PROCEXIT, CLONE_X, CONTAINER, ASYNC = 186, 223, 324, 402
SERVER = 2
STATE_ONLY = 1
CLONE_FILES, CLONE_THREAD = 1 << 0, 1 << 13
MADE_BY_READERS = 0x7F << 16 & ~(1 << 20) | 1 << 30  # bits of thread flags that no caller of clone sets
IPV4, IPV6 = 3, 4
SHORT_TEXT, LONG_TEXT = 1024, 4096  # as in lists: other readers have no use for more
AF_INET, AF_INET6 = 2, 10
STREAM, DGRAM, RAW = 1, 2, 3
SOCKETS = {1: (DGRAM, 132), 2: (STREAM, 6), 3: (DGRAM, 17), 4: (DGRAM, 1), 5: (RAW, 0)}  # by l4proto: type, protocol


def container_events(section):
    """Time 0, as early sysdig wrote it: no reader takes it for the beginning of the capture."""
    for record in section.containers:
        yield encode_event(CONTAINER, 0, -1, [text(record)])
    for record in section.plugin_containers:
        yield encode_event(ASYNC, 0, -1, [pack("<I", 0), b"container\0", text(record)])


def tell(section, ts: int) -> tuple:
    """Entries of the process list, and the events that tell the rest, at the time `ts` where they have none of their own."""
    cdef ThreadEntry thread
    cdef dict by_tid = {}
    cdef list listed = [], made = [], events
    for thread in section.threads:
        by_tid[thread.tid] = thread
    for thread in section.threads:
        (made if thread.maker > 0 and thread.pid in by_tid else listed).append(thread)
    events = sockets(section, by_tid, listed, ts)
    for tid, reaper in section.ended.items():
        if tid not in by_tid:
            listed.append(ThreadEntry(tid, tid, reaper))
            events.append(ended(tid, reaper, ts))
    made.sort(key=lambda thread: thread.clone_ts)
    boot = section.machine.boot_ts_ns if section.machine else 0
    events += [clone(thread, by_tid[thread.pid].ptid, boot) for thread in made]
    return listed, events


cdef list sockets(section, dict by_tid, list listed, ts):
    """The calls that made the sockets, by a thread of the process that comes and goes for it: what its own threads did last stays as it is."""
    cdef ThreadEntry process
    cdef list found = []
    teller = max(by_tid, default=0)
    for tid, fds in section.fds.items():
        unlisted = unlisted_of(fds)
        if unlisted is None or tid not in by_tid:
            continue
        teller += 1
        process = by_tid[tid]
        flags = CLONE_FILES | CLONE_THREAD
        listed.append(ThreadEntry(teller, process.pid, process.ptid, comm=process.comm, exe=process.exe, flags=flags, uid=process.uid))
        for fd in unlisted:
            found += socket(fd, teller, ts)
        found.append(ended(teller, -1, ts))
    return found


cdef list unlisted_of(list fds):
    """Those that a list cannot say; None when there are none, as in most processes."""
    cdef FdEntry fd
    cdef list found = None
    for fd in fds:
        if fd.bare or fd.role:
            if found is None:
                found = []
            found.append(fd)
    return found


def socket(FdEntry fd, tid: int, ts: int):
    kind, protocol = SOCKETS.get(fd.l4proto, (STREAM, 1 << 16))
    how = [pack("<I", AF_INET if fd.type == IPV4 else AF_INET6), pack("<I", kind), pack("<I", protocol)]
    pair = bytes([AF_INET6]) + fd.sip + pack("<H", fd.sport) + fd.dip + pack("<H", fd.dport)
    if fd.role & SERVER:
        yield encode_event(ACCEPT_E, ts, tid, [], flags=STATE_ONLY)
        yield encode_event(ACCEPT_X, ts, tid, [pack("<q", fd.fd), pair, b"\0", *[pack("<I", 0)] * 2], flags=STATE_ONLY)
        return
    yield encode_event(SOCKET_E, ts, tid, how, flags=STATE_ONLY)
    yield encode_event(SOCKET_X, ts, tid, [pack("<q", fd.fd), *how, pack("<I", fd.open_flags)], flags=STATE_ONLY)
    if fd.role:
        address = bytes([AF_INET6]) + fd.dip + pack("<H", fd.dport)
        yield encode_event(CONNECT_E, ts, tid, [pack("<q", fd.fd), address], flags=STATE_ONLY)
        yield encode_event(CONNECT_X, ts, tid, [pack("<q", 0), pair, pack("<q", fd.fd), address], flags=STATE_ONLY)


def ended(tid: int, reaper: int, ts: int) -> bytes:
    values = [pack("<q", 0), pack("<q", 0), b"\0", b"\0", pack("<q", reaper)]
    return encode_event(PROCEXIT, ts, tid, values, flags=STATE_ONLY)


def clone(ThreadEntry thread, ptid: int, boot: int) -> bytes:
    """The call as it returned in the maker; where that is the process itself, as it returned in the new thread."""
    child = thread.maker == thread.pid and bool(thread.flags & 1 << 16)
    tid = thread.tid if child else thread.maker
    memory = (thread.vmsize_kb, thread.vmrss_kb, thread.vmswap_kb)
    inside = (thread.vtid, thread.vpid) if child else (tid, thread.pid)
    values = [
        *whole("<q", 0 if child else thread.tid),
        text(thread.exe[:SHORT_TEXT]),
        thread.args[:LONG_TEXT],
        *whole("<q", tid, thread.pid, ptid),
        b"\0",
        *whole("<q", thread.fdlimit),
        *whole("<Q", thread.pfmajor, thread.pfminor),
        *whole("<I", *memory),
        text(thread.comm[:SHORT_TEXT]),
        thread.cgroups[:LONG_TEXT],
        *whole("<I", thread.flags & ~MADE_BY_READERS, thread.uid, thread.gid),
        *whole("<q", *inside),
        *whole("<Q", max(thread.pidns_init_start_ts - boot, 0)),
    ]
    return encode_event(CLONE_X, thread.clone_ts, tid, values, flags=STATE_ONLY)


def whole(form: str, *numbers) -> list:
    return [pack(form, number) for number in numbers]


def text(value: bytes) -> bytes:
    return value if value.endswith(b"\0") else value + b"\0"
