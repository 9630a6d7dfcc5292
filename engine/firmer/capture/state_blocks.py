"""The blocks before the events, from a Section, in the form that sysdig 0.29.3 and today's readers both take.

What those readers would refuse a file for (texts above their limits, descriptors of threads that are not listed, types that 0.29.3
does not know) is cut, left out or written as something older, and counted.
"""

from collections.abc import Iterable, Iterator
from struct import Struct, pack

from firmer.capture.encode import block
from firmer.events.section import NO_ID, FdEntry, Group, Interface, Machine, Section, ThreadEntry, User

SECTION_HEADER, MACHINE, INTERFACES, USERS, PROCESSES, FDS = 0x0A0D0D0A, 0x201, 0x219, 0x220, 0x215, 0x218
BLOCK_BYTES = 1 << 18  # lists go on in a further block: readers take lists in pieces, and buffer a piece
SHORT_TEXT, LONG_TEXT, FD_NAME, INTERFACE_NAME, USER_TEXT = 1024, 4096, 1023, 255, 255
FILE, IPV4, IPV6, IPV4_SERVER, IPV6_SERVER, UNIX, UNSUPPORTED, NETLINK, FILE_V2 = 1, 3, 4, 5, 6, 8, 10, 15, 16
SOCKET_BYTES = {IPV4: 4 + 4 + 5, IPV6: 16 + 16 + 5, IPV4_SERVER: 4 + 3, IPV6_SERVER: 16 + 3}
FD_HEAD = 4 + 8 + 8 + 1

Notes = dict[str, int]

# a dump begins with thousands of entries
half_word, word, fd_head = Struct("<H").pack, Struct("<I").pack, Struct("<IqQB").pack


def state_blocks(section: Section, threads: list[ThreadEntry], tail: str, notes: Notes) -> Iterator[bytes]:
    """Section header, machine, interfaces, users, processes, descriptors: in the order in which all readers take them.

    threads  of the process list: see `told.tell`
    """
    yield block(SECTION_HEADER, pack("<IHHQ", 0x1A2B3C4D, 1, 2, 2**64 - 1))
    if section.machine is not None:
        yield block(MACHINE, machine_body(section.machine))
    # interfaces and users: the last list is the one that holds, so each is one block
    if section.interfaces:
        yield block(INTERFACES, b"".join(interface_entry(entry, notes) for entry in section.interfaces))
    if section.users or section.groups:
        users = [user_entry(user, notes) for user in section.users if not user.container]
        users += [group_entry(group, notes) for group in section.groups if not group.container]
        yield block(USERS, b"".join(users))
    yield from list_blocks(PROCESSES, b"", (thread_entry(thread, tail, notes) for thread in threads))
    listed = {thread.tid for thread in threads}
    for tid, fds in section.fds.items():
        if tid not in listed:
            if fds:
                count(notes, "descriptor lists of threads that are not listed left out")
            continue
        entries = [entry for entry in (fd_entry(fd, notes) for fd in fds if not (fd.bare or fd.role)) if entry]
        yield from list_blocks(FDS, pack("<q", tid), entries)


def list_blocks(kind: int, head: bytes, entries: Iterable[bytes]) -> Iterator[bytes]:
    """Entries in as many blocks as it takes, each beginning with `head`; one block where there are no entries."""
    pieces, size, blocks = [head], len(head), 0
    for entry in entries:
        if size + len(entry) > BLOCK_BYTES and len(pieces) > 1:
            yield block(kind, b"".join(pieces))
            pieces, size, blocks = [head], len(head), blocks + 1
        pieces.append(entry)
        size += len(entry)
    if len(pieces) > 1 or blocks == 0:
        yield block(kind, b"".join(pieces))


def machine_body(machine: Machine) -> bytes:
    fixed = pack("<IQQ", machine.num_cpus, machine.memory_size_bytes, machine.max_pid)
    hostname = machine.hostname[:127].ljust(128, b"\0")
    return fixed + hostname + pack("<QQQQ", machine.boot_ts_ns, machine.flags, *machine.reserved)


def interface_entry(entry: Interface, notes: Notes) -> bytes:
    kind = (1 if len(entry.ip) == 4 else 2) + (2 if entry.linkspeed is None else 0)
    name = cut(entry.name, INTERFACE_NAME, notes)
    speed = b"" if entry.linkspeed is None else pack("<Q", entry.linkspeed)
    body = pack("<HH", kind, len(name)) + entry.ip + entry.netmask + entry.broadcast + speed + name
    return pack("<I", len(body)) + body  # the one length that does not count itself


def user_entry(user: User, notes: Notes) -> bytes:
    texts = b"".join(text(value, USER_TEXT, notes) for value in (user.name, user.home, user.shell))
    return counted(pack("<BII", 0, user.uid, user.gid) + texts)


def group_entry(group: Group, notes: Notes) -> bytes:
    return counted(pack("<BI", 1, group.gid) + text(group.name, USER_TEXT, notes))


def thread_entry(thread: ThreadEntry, tail: str, notes: Notes) -> bytes:
    """One process entry of the ninth version."""
    short, long = SHORT_TEXT, LONG_TEXT
    return counted(
        pack("<qqqqq", thread.tid, thread.pid, thread.ptid, thread.sid, thread.vpgid)
        + text(thread.comm, short, notes)
        + text(thread.exe, short, notes)
        + text(thread.exepath, short, notes)
        + text(thread.args, long, notes)
        + text(thread.cwd, short, notes)
        + pack("<qIII", thread.fdlimit, thread.flags, thread.uid, thread.gid)
        + pack("<IIIQQ", thread.vmsize_kb, thread.vmrss_kb, thread.vmswap_kb, thread.pfmajor, thread.pfminor)
        + text(thread.env, long, notes)
        + pack("<qq", thread.vtid, thread.vpid)
        + text(thread.cgroups, long, notes)
        + text(thread.root, short, notes)
        + tail_bytes(thread, tail)
    )


def tail_bytes(thread: ThreadEntry, tail: str) -> bytes:
    """The last fields of a process entry, in the form of before or since libs 0.10.

    Readers tell the two apart by length alone, entry by entry. sysdig 0.29.3 knows only the short form: in a long one it takes the low half
    of pidns_init_start_ts for the login uid. So "auto" writes the short form wherever nothing is lost by it.
    """
    both = pack("<IBQQQ", thread.loginuid, thread.exe_writable, thread.cap_inheritable, thread.cap_permitted, thread.cap_effective)
    inodes = (thread.exe_ino, thread.exe_ino_ctime, thread.exe_ino_mtime)
    flags = (thread.exe_upper_layer, thread.exe_from_memfd, thread.exe_lower_layer)
    lost = any((thread.pidns_init_start_ts, thread.tty, *inodes, *flags)) or thread.pgid != NO_ID
    if tail == "short" or (tail == "auto" and not lost):
        return both
    upper, memfd, lower = flags
    return (
        pack("<QI", thread.pidns_init_start_ts, thread.tty) + both + pack("<BQQQ", upper, *inodes) + pack("<BBq", memfd, lower, thread.pgid)
    )


def fd_entry(fd: FdEntry, notes: Notes) -> bytes:
    """One descriptor; empty for a type that cannot be written. Files first: most are."""
    kind = fd.type
    if kind == FILE_V2 or (kind == FILE and (fd.open_flags or fd.dev)):
        kind = FILE_V2
        rest = word(fd.open_flags) + text(fd.name, FD_NAME, notes) + word(fd.dev)
    elif kind == UNIX:
        rest = pack("<QQ", fd.source, fd.destination) + text(fd.name, FD_NAME, notes)
    elif kind in SOCKET_BYTES:
        nowhere = bytes(4 if kind in (IPV4, IPV4_SERVER) else 16)  # a socket that is not connected: a later connect needs to find it
        if kind in (IPV4, IPV6):
            rest = (fd.sip or nowhere) + (fd.dip or nowhere) + pack("<HHB", fd.sport, fd.dport, fd.l4proto)
        else:
            rest = (fd.dip or nowhere) + pack("<HB", fd.dport, fd.l4proto)
        if len(rest) != SOCKET_BYTES[kind]:
            count(notes, "sockets with an odd address left out")
            return b""
    else:
        if not FILE <= kind <= NETLINK:
            kind = UNSUPPORTED  # 0.29.3 refuses a whole file for one descriptor of a type that it does not know
        rest = text(fd.name, FD_NAME, notes)
    return fd_head(FD_HEAD + len(rest), fd.fd, fd.ino, kind) + rest


def counted(entry: bytes) -> bytes:
    """An entry behind its length, which counts itself."""
    return word(len(entry) + 4) + entry


def text(value: bytes, limit: int, notes: Notes) -> bytes:
    if len(value) > limit:
        value = cut(value, limit, notes)
    return half_word(len(value)) + value


def cut(value: bytes, limit: int, notes: Notes) -> bytes:
    if len(value) > limit:
        count(notes, "texts cut to what readers allow")
        return value[:limit]
    return value


def count(notes: Notes, what: str) -> None:
    notes[what] = notes.get(what, 0) + 1
