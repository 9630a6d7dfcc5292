"""The blocks that stand before the events of a section: machine, process and descriptor lists, interfaces, users.

Layouts of all versions: docs/capture-format.md. A list entry of the later versions begins with its own length: what it holds beyond
the fields that we know was written by a newer program and is stepped over.
"""

from firmer.events.blocks cimport (
    ENTRIES_LIMIT, FD_NAME, HOSTNAME, INTERFACE_NAME, LONG_TEXT, MACHINE_BODY, SHORT_TAIL, SHORT_TEXT, USER_TEXT,
)
from firmer.capture.cursor cimport Cursor, i64, raw, sub, text, u8, u16, u32, u64
from firmer.events.fdtype cimport (
    FD_DIRECTORY, FD_EVENT, FD_FILE, FD_FILE_V2, FD_IPV4, FD_IPV4_SERVER, FD_IPV6, FD_IPV6_SERVER, FD_PIDFD, FD_UNIX, FD_UNKNOWN,
    FD_UNSUPPORTED,
)

from firmer.capture.cursor import Damage
from firmer.events.section import Group, Interface, Machine, Section, User

# What one entry costs in memory beside its texts; measured with tracemalloc, rounded up.
cdef enum:
    THREAD_COST = 700
    FD_COST = 320
    USER_COST = 260


cdef Py_ssize_t interface_size(int kind) noexcept:
    """Bytes of an interface entry without its name; 0 for kinds that do not exist."""
    return 24 if kind == 1 else 60 if kind == 2 else 16 if kind == 3 else 52 if kind == 4 else 0


cdef inline bytes until_nul(bytes value):
    """A text as the real readers see it: up to its first NUL."""
    cdef Py_ssize_t at = value.find(b"\0")
    return value if at < 0 else value[:at]


cdef class Metadata:
    def __cinit__(self, dict notes not None):
        self.section = Section()
        self.notes = notes
        self.texts = {}

    cdef int read(self, int form, int version, Cursor *c) except -1:
        if form == FORM_MACHINE:
            self.machine(c)
        elif form == FORM_PROCESSES:
            self.processes(c, version)
        elif form == FORM_FDS:
            self.descriptors(c, version)
        elif form == FORM_INTERFACES:
            self.interfaces(c, version)
        else:
            self.users(c, version)
        return 0

    cdef bint afford(self, Py_ssize_t cost, str what) except -1:
        """Whether one more entry may be kept: a section that claims millions of threads must not fill the memory."""
        if self.cost + cost > ENTRIES_LIMIT:
            self.notes[what] = self.notes.get(what, 0) + 1
            return False
        self.cost += cost
        return True

    cdef bytes shared(self, bytes value):
        return self.texts.setdefault(value, value)

    cdef int machine(self, Cursor *c) except -1:
        if c.left > MACHINE_BODY:
            self.notes["machine info with fields that are not known"] = 1
        cpus, memory, max_pid = u32(c), u64(c), u64(c)
        hostname = until_nul(raw(c, HOSTNAME))
        boot, flags, first, second = u64(c), u64(c), u64(c), u64(c)
        self.section.machine = Machine(cpus, memory, max_pid, hostname, boot, flags, (first, second))
        return 0

    cdef int processes(self, Cursor *c, int version) except -1:
        cdef Cursor entry
        cdef Py_ssize_t size, before
        while c.left >= 4:
            before = c.left
            if version >= 9:
                size = u32(c)
                if size < 4 or size > before:
                    raise Damage(f"a process entry of {size} bytes where {before} are left")
                sub(c, size - 4, &entry)
                thread = self.process(&entry, version)
                self.tail(&entry, thread)
            else:
                thread = self.process(c, version)
                size = before - c.left
            if self.afford(THREAD_COST + size, "threads of the process list ignored: too many"):
                self.section.threads.append(thread)
        return 0

    cdef ThreadEntry process(self, Cursor *c, int version):
        cdef ThreadEntry entry = ThreadEntry.__new__(ThreadEntry)
        entry.tid, entry.pid, entry.ptid = i64(c), i64(c), i64(c)
        if version >= 6:
            entry.sid = i64(c)
        if version >= 8:
            entry.vpgid = i64(c)
        entry.comm = self.shared(until_nul(text(c, SHORT_TEXT)))
        entry.exe = self.shared(until_nul(text(c, SHORT_TEXT)))
        if version >= 7:
            entry.exepath = self.shared(until_nul(text(c, SHORT_TEXT)))
        entry.args = self.shared(text(c, LONG_TEXT))
        entry.cwd = self.shared(until_nul(text(c, SHORT_TEXT)))
        entry.fdlimit = i64(c)
        entry.flags = u32(c)
        entry.uid = u32(c)
        entry.gid = u32(c)
        if version >= 2:
            entry.vmsize_kb = u32(c)
            entry.vmrss_kb = u32(c)
            entry.vmswap_kb = u32(c)
            entry.pfmajor = u64(c)
            entry.pfminor = u64(c)
        if version >= 3:
            entry.env = self.shared(text(c, LONG_TEXT))
        if version >= 4:
            entry.vtid = i64(c)
            entry.vpid = i64(c)
            entry.cgroups = self.shared(text(c, LONG_TEXT))
        if version >= 5:
            entry.root = self.shared(until_nul(text(c, SHORT_TEXT)))
        return entry

    cdef int tail(self, Cursor *c, ThreadEntry entry) except -1:
        """What newer writers added behind the fixed part; a field is there when it fits.

        libs 0.10 put two fields in front of the others. Nothing tells which form a tail has but its length: no writer of
        the older form made more than 29 bytes.
        """
        if c.left > SHORT_TAIL:
            entry.pidns_init_start_ts = u64(c)
            entry.tty = u32(c)
        if c.left >= 4:
            entry.loginuid = u32(c)
        if c.left >= 1:
            entry.exe_writable = u8(c)
        if c.left >= 8:
            entry.cap_inheritable = u64(c)
        if c.left >= 8:
            entry.cap_permitted = u64(c)
        if c.left >= 8:
            entry.cap_effective = u64(c)
        if c.left >= 1:
            entry.exe_upper_layer = u8(c)
        if c.left >= 8:
            entry.exe_ino = u64(c)
        if c.left >= 8:
            entry.exe_ino_ctime = u64(c)
        if c.left >= 8:
            entry.exe_ino_mtime = u64(c)
        if c.left >= 1:
            entry.exe_from_memfd = u8(c)
        if c.left >= 1:
            entry.exe_lower_layer = u8(c)
        if c.left >= 8:
            entry.pgid = i64(c)
        return 0

    cdef int descriptors(self, Cursor *c, int version) except -1:
        cdef Cursor entry
        cdef Py_ssize_t size, before
        tid = i64(c)
        known = self.section.fds.get(tid)
        if known is None:
            known = []
            if self.afford(FD_COST, "descriptor lists ignored: too many"):
                self.section.fds[tid] = known
        while c.left >= 4:
            before = c.left
            if version >= 2:
                size = u32(c)
                if size < 21 or size > before:
                    raise Damage(f"a descriptor entry of {size} bytes where {before} are left")
                sub(c, size - 4, &entry)
                fd = self.descriptor(&entry, version)
            else:
                fd = self.descriptor(c, version)
                size = before - c.left
            if self.afford(FD_COST + size, "descriptors ignored: too many"):
                known.append(fd)
        return 0

    cdef FdEntry descriptor(self, Cursor *c, int version):
        cdef Py_ssize_t width
        cdef FdEntry fd = FdEntry.__new__(FdEntry)
        fd.fd, fd.ino = i64(c), u64(c)
        cdef int kind = u8(c)
        fd.type = kind
        if kind == FD_IPV4 or kind == FD_IPV6:
            width = 4 if kind == FD_IPV4 else 16
            fd.sip, fd.dip, fd.sport, fd.dport, fd.l4proto = raw(c, width), raw(c, width), u16(c), u16(c), u8(c)
        elif kind == FD_IPV4_SERVER or kind == FD_IPV6_SERVER:
            width = 4 if kind == FD_IPV4_SERVER else 16
            fd.dip, fd.dport, fd.l4proto = raw(c, width), u16(c), u8(c)
        elif kind == FD_UNIX:
            fd.source, fd.destination, fd.name = u64(c), u64(c), until_nul(text(c, FD_NAME))
        elif kind == FD_FILE_V2:
            fd.open_flags, fd.name = u32(c), self.shared(until_nul(text(c, FD_NAME)))
            if version >= 2 and c.left >= 4:
                fd.dev = u32(c)
        elif FD_FILE <= kind <= FD_PIDFD and kind != FD_UNKNOWN:
            fd.name = self.shared(until_nul(text(c, FD_NAME)))
        elif version < 2:
            raise Damage(f"descriptor type {kind} in a list whose entries have no lengths")
        else:
            fd.type = FD_UNSUPPORTED
            self.notes["descriptors of unknown type"] = self.notes.get("descriptors of unknown type", 0) + 1
        return fd

    cdef int interfaces(self, Cursor *c, int version) except -1:
        """Here, and only here, an entry's length does not count itself. The last list of a section is the one that holds."""
        cdef Cursor entry
        cdef Py_ssize_t size, width
        cdef int kind
        cdef list found = []
        while c.left >= 4:
            if version >= 2:
                size = u32(c)
                if size > c.left:
                    raise Damage(f"an interface entry of {size} bytes where {c.left} are left")
                sub(c, size, &entry)
            else:
                entry = c[0]
            kind = u16(&entry)
            size = u16(&entry)
            if interface_size(kind) == 0:
                raise Damage(f"interface type {kind}, expected 1 to 4")
            if size > INTERFACE_NAME:
                raise Damage(f"an interface name of {size} bytes where at most {INTERFACE_NAME} are allowed")
            width = 4 if kind == 1 or kind == 3 else 16
            ip, netmask, broadcast = raw(&entry, width), raw(&entry, width), raw(&entry, width)
            linkspeed = u64(&entry) if kind <= 2 else None
            name = until_nul(raw(&entry, size))
            if version < 2:
                c[0] = entry
            if self.afford(USER_COST + size, "interfaces ignored: too many"):
                found.append(Interface(name, ip, netmask, broadcast, linkspeed))
        self.section.interfaces = found
        return 0

    cdef int users(self, Cursor *c, int version) except -1:
        """Users and groups. The last list of a section is the one that holds."""
        cdef Cursor entry
        cdef Py_ssize_t size
        cdef list users = []
        cdef list groups = []
        while c.left >= 4:
            if version >= 2:
                size = u32(c)
                if size < 5 or size > c.left + 4:
                    raise Damage(f"a user entry of {size} bytes where {c.left + 4} are left")
                sub(c, size - 4, &entry)
            else:
                entry = c[0]
            size = entry.left
            if u8(&entry) == 0:
                found = User(u32(&entry), u32(&entry), *[until_nul(text(&entry, USER_TEXT)) for _ in range(3)])
            else:
                found = Group(u32(&entry), until_nul(text(&entry, USER_TEXT)))
            if version < 2:
                c[0] = entry
            if self.afford(USER_COST + size - entry.left, "users and groups ignored: too many"):
                (users if isinstance(found, User) else groups).append(found)
        self.section.users = users
        self.section.groups = groups
        return 0
