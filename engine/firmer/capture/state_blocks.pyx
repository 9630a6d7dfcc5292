"""The blocks before the events, from a Section, in the form that sysdig 0.29.3 and today's readers both take.

What those readers would refuse a file for (texts above their limits, descriptors of threads that are not listed, types that 0.29.3
does not know) is cut, left out or written as something older, and counted.
"""

from struct import pack

from libc.stdint cimport int64_t, uint32_t, uint64_t
from libc.string cimport memcpy, memmove, memset

from firmer.events.blocks cimport (
    BYTE_ORDER_MAGIC, FD_NAME, FDS_V2, INTERFACES_V2, LONG_TEXT, MACHINE, PROCESSES_V9, SECTION_HEADER, SHORT_TEXT, USER_TEXT, USERS_V2,
)
from firmer.events.entries cimport FdEntry, ThreadEntry
from firmer.events.fdtype cimport (
    FD_FILE, FD_FILE_V2, FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_IPV6_SERVER, FD_NETLINK, FD_UNIX, FD_UNSUPPORTED,
)

from firmer.capture.encode import block

cdef enum:
    LIST_BYTES = 1 << 18      # lists go on in a further block: readers take lists in pieces, and buffer a piece
    SHORT_NAME = 255          # of an interface, as 0.29.3 takes it
    LARGEST_ENTRY = 1 << 15   # a thread's is 5 short texts, 3 long ones and some 300 bytes
    HEAD = 8                  # kind and length of a block
    NO_ID = -1

BLOCK_BYTES = LIST_BYTES
CUT = "texts cut to what readers allow"


def state_blocks(section, list threads, str tail, dict notes):
    """Section header, machine, interfaces, users, processes, descriptors: in the order in which all readers take them.

    threads  of the process list: see `told.tell`
    """
    cdef Listing listing = Listing()
    cdef ThreadEntry thread
    cdef FdEntry fd
    cdef int64_t tid
    yield block(SECTION_HEADER, pack("<IHHQ", BYTE_ORDER_MAGIC, 1, 2, 2**64 - 1))
    if section.machine is not None:
        yield block(MACHINE, machine_body(section.machine))
    # interfaces and users: the last list is the one that holds, so each is one block
    if section.interfaces:
        yield block(INTERFACES_V2, b"".join([interface_entry(entry, notes) for entry in section.interfaces]))
    if section.users or section.groups:
        users = [user_entry(user, notes) for user in section.users if not user.container]
        users += [group_entry(group, notes) for group in section.groups if not group.container]
        yield block(USERS_V2, b"".join(users))
    listed = set()
    listing.begin(PROCESSES_V9)
    for thread in threads:
        listed.add(thread.tid)
        if listing.took(put_thread(listing.end(), thread, tail, notes)):
            yield listing.full()
    yield listing.whole()
    for tid, fds in section.fds.items():
        if tid not in listed:
            if fds:
                count(notes, "descriptor lists of threads that are not listed left out")
            continue
        listing.begin(FDS_V2)
        listing.first = put_number(listing.end(), tid, 8) - listing.base
        listing.used = listing.first
        for fd in fds:
            if not (fd.bare or fd.role) and listing.took(put_fd(listing.end(), fd, notes)):
                yield listing.full()
        yield listing.whole()


cdef class Listing:
    """Blocks of a list while they are written: entries back to back, behind what each block of the list begins with."""
    cdef bytearray room
    cdef char *base
    cdef Py_ssize_t first     # where entries begin
    cdef Py_ssize_t used
    cdef Py_ssize_t latest    # where the latest entry begins

    def __cinit__(self) -> None:
        self.room = bytearray(HEAD + LIST_BYTES + 2 * LARGEST_ENTRY)
        self.base = self.room

    cdef int begin(self, uint32_t kind) except -1:
        memcpy(self.base, &kind, 4)
        self.first = self.used = HEAD
        return 0

    cdef char *end(self) noexcept:
        return self.base + self.used

    cdef bint took(self, char *end) noexcept:
        """An entry was written up to here; True when it is too much for the block: then `full` gives what stands before it."""
        self.latest = self.used
        self.used = end - self.base
        return self.used - HEAD > LIST_BYTES and self.latest > self.first

    cdef bytes full(self):
        """The block without the latest entry, which the next one begins with."""
        cdef Py_ssize_t latest = self.latest, size = self.used - latest
        cdef bytes kept = (self.base + latest)[:size]
        self.used = latest
        cdef bytes made = self.whole()
        memmove(self.base + self.first, <const char *>kept, size)
        self.used = self.first + size
        return made

    cdef bytes whole(self):
        """The block."""
        cdef Py_ssize_t padding = -self.used & 3
        cdef uint32_t total = <uint32_t>(self.used + padding + 4)
        memset(self.base + self.used, 0, padding)
        memcpy(self.base + 4, &total, 4)
        memcpy(self.base + self.used + padding, &total, 4)
        return self.base[:total]


def machine_body(machine) -> bytes:
    fixed = pack("<IQQ", machine.num_cpus, machine.memory_size_bytes, machine.max_pid)
    hostname = machine.hostname[:127].ljust(128, b"\0")
    return fixed + hostname + pack("<QQQQ", machine.boot_ts_ns, machine.flags, *machine.reserved)


def interface_entry(entry, dict notes) -> bytes:
    kind = (1 if len(entry.ip) == 4 else 2) + (2 if entry.linkspeed is None else 0)
    name = cut(entry.name, SHORT_NAME, notes)
    speed = b"" if entry.linkspeed is None else pack("<Q", entry.linkspeed)
    body = pack("<HH", kind, len(name)) + entry.ip + entry.netmask + entry.broadcast + speed + name
    return pack("<I", len(body)) + body  # the one length that does not count itself


def user_entry(user, dict notes) -> bytes:
    texts = b"".join(text(value, USER_TEXT, notes) for value in (user.name, user.home, user.shell))
    return counted(pack("<BII", 0, user.uid, user.gid) + texts)


def group_entry(group, dict notes) -> bytes:
    return counted(pack("<BI", 1, group.gid) + text(group.name, USER_TEXT, notes))


cdef char *put_thread(char *at, ThreadEntry thread, str tail, dict notes) except NULL:
    """One process entry of the ninth version."""
    cdef char *begin = at
    at = put_number(at + 4, thread.tid, 8)
    at = put_number(at, thread.pid, 8)
    at = put_number(at, thread.ptid, 8)
    at = put_number(at, thread.sid, 8)
    at = put_number(at, thread.vpgid, 8)
    at = put_text(at, thread.comm, SHORT_TEXT, notes)
    at = put_text(at, thread.exe, SHORT_TEXT, notes)
    at = put_text(at, thread.exepath, SHORT_TEXT, notes)
    at = put_text(at, thread.args, LONG_TEXT, notes)
    at = put_text(at, thread.cwd, SHORT_TEXT, notes)
    at = put_number(at, thread.fdlimit, 8)
    at = put_number(at, thread.flags, 4)
    at = put_number(at, thread.uid, 4)
    at = put_number(at, thread.gid, 4)
    at = put_number(at, thread.vmsize_kb, 4)
    at = put_number(at, thread.vmrss_kb, 4)
    at = put_number(at, thread.vmswap_kb, 4)
    at = put_number(at, thread.pfmajor, 8)
    at = put_number(at, thread.pfminor, 8)
    at = put_text(at, thread.env, LONG_TEXT, notes)
    at = put_number(at, thread.vtid, 8)
    at = put_number(at, thread.vpid, 8)
    at = put_text(at, thread.cgroups, LONG_TEXT, notes)
    at = put_text(at, thread.root, SHORT_TEXT, notes)
    at = put_tail(at, thread, tail)
    put_number(begin, at - begin, 4)
    return at


cdef char *put_tail(char *at, ThreadEntry thread, str tail) noexcept:
    """The last fields of a process entry, in the form of before or since libs 0.10.

    Readers tell the two apart by length alone, entry by entry. sysdig 0.29.3 knows only the short form: in a long one it takes the low half
    of pidns_init_start_ts for the login uid. So "auto" writes the short form wherever nothing is lost by it.
    """
    cdef bint lost = (
        thread.pidns_init_start_ts or thread.tty or thread.exe_ino or thread.exe_ino_ctime or thread.exe_ino_mtime
        or thread.exe_upper_layer or thread.exe_from_memfd or thread.exe_lower_layer or thread.pgid != NO_ID
    )
    cdef bint full = tail == "long" or (tail == "auto" and lost)
    if full:
        at = put_number(at, thread.pidns_init_start_ts, 8)
        at = put_number(at, thread.tty, 4)
    at = put_number(at, thread.loginuid, 4)
    at = put_number(at, thread.exe_writable, 1)
    at = put_number(at, thread.cap_inheritable, 8)
    at = put_number(at, thread.cap_permitted, 8)
    at = put_number(at, thread.cap_effective, 8)
    if full:
        at = put_number(at, thread.exe_upper_layer, 1)
        at = put_number(at, thread.exe_ino, 8)
        at = put_number(at, thread.exe_ino_ctime, 8)
        at = put_number(at, thread.exe_ino_mtime, 8)
        at = put_number(at, thread.exe_from_memfd, 1)
        at = put_number(at, thread.exe_lower_layer, 1)
        at = put_number(at, thread.pgid, 8)
    return at


cdef char *put_fd(char *at, FdEntry fd, dict notes) except NULL:
    """One descriptor; nothing for one that cannot be written. Files first: most are."""
    cdef char *begin = at
    cdef int kind = fd.type
    at += 4 + 8 + 8 + 1
    if kind == FD_FILE_V2 or (kind == FD_FILE and (fd.open_flags or fd.dev)):
        kind = FD_FILE_V2
        at = put_number(at, fd.open_flags, 4)
        at = put_text(at, fd.name, FD_NAME, notes)
        at = put_number(at, fd.dev, 4)
    elif kind == FD_UNIX:
        at = put_number(at, fd.source, 8)
        at = put_number(at, fd.destination, 8)
        at = put_text(at, fd.name, FD_NAME, notes)
    elif kind in (FD_IPV4, FD_IPV6, FD_IPV4_SERVER, FD_IPV6_SERVER):
        at = put_socket(at, fd, kind)
        if at == NULL:
            count(notes, "sockets with an odd address left out")
            return begin
    else:
        if not FD_FILE <= kind <= FD_NETLINK:
            kind = FD_UNSUPPORTED  # 0.29.3 refuses a whole file for one descriptor of a type that it does not know
        at = put_text(at, fd.name, FD_NAME, notes)
    put_number(begin, at - begin, 4)
    put_number(begin + 4, fd.fd, 8)
    put_number(begin + 12, fd.ino, 8)
    put_number(begin + 20, kind, 1)
    return at


cdef char *put_socket(char *at, FdEntry fd, int kind) noexcept:
    """Addresses, ports and protocol; NULL for addresses of another kind."""
    cdef Py_ssize_t width = 4 if kind == FD_IPV4 or kind == FD_IPV4_SERVER else 16
    cdef bint connection = kind == FD_IPV4 or kind == FD_IPV6
    if connection:
        at = put_address(at, fd.sip, width)
    if at != NULL:
        at = put_address(at, fd.dip, width)
    if at == NULL:
        return NULL
    if connection:
        at = put_number(at, fd.sport, 2)
    at = put_number(at, fd.dport, 2)
    return put_number(at, fd.l4proto, 1)


cdef char *put_address(char *at, bytes address, Py_ssize_t width) noexcept:
    """A socket that is not connected has none: a later connect needs to find it, so it gets zeros."""
    if len(address) == 0:
        memset(at, 0, width)
    elif len(address) == width:
        memcpy(at, <const char *>address, width)
    else:
        return NULL
    return at + width


cdef inline char *put_number(char *at, uint64_t value, Py_ssize_t size) noexcept:
    memcpy(at, &value, size)
    return at + size


cdef char *put_text(char *at, bytes value, Py_ssize_t limit, dict notes) except NULL:
    cdef Py_ssize_t size = len(value)
    if size > limit:
        count(notes, CUT)
        size = limit
    at = put_number(at, size, 2)
    memcpy(at, <const char *>value, size)
    return at + size


def counted(bytes entry) -> bytes:
    """An entry behind its length, which counts itself."""
    return pack("<I", len(entry) + 4) + entry


def text(bytes value, Py_ssize_t limit, dict notes) -> bytes:
    value = cut(value, limit, notes)
    return pack("<H", len(value)) + value


def cut(bytes value, Py_ssize_t limit, dict notes) -> bytes:
    if len(value) > limit:
        count(notes, CUT)
        return value[:limit]
    return value


cdef int count(dict notes, str what) except -1:
    notes[what] = notes.get(what, 0) + 1
    return 0
