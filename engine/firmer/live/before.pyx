"""The host as it was when the probe began, as far as a scan and the events of meanwhile tell.

A scan reads a process some time after the probe began. What the process did in between is known, event by event; so is what that changed: it
was otherwise before, and is left out, to be unknown rather than wrong until an event brings it. Who was born in between is left out as a
whole: the event of his birth tells all of him. What no event changes was before as it was found.
"""

from libc.stdint cimport int64_t, uint64_t

from firmer.event cimport EVENT_TYPES, Event, int_or, span_bytes

from firmer.events.section import NO_LOGINUID
from firmer.events.table import EVENT_FLAGS, PARAM_TYPES, event_types
from firmer.live.wanted import changes_state
from firmer.record import replace

cdef enum:
    BIRTH = 1 << 0
    END = 1 << 1
    MOVE = 1 << 2               # a file has another name
    RANGE = 1 << 3
    SOCKET = 1 << 4             # addresses are asked for when all processes are read
    DESCRIPTORS = 1 << 5
    PROGRAM = 1 << 6
    IDS = 1 << 7
    PLACE = 1 << 8
    SESSION = 1 << 9
    NAME = 1 << 10
    MOST_FDS = 3
    PR_SET_NAME = 15

# what calls change, beside descriptors, which the table tells
CHANGES = {
    "clone": BIRTH, "fork": BIRTH, "vfork": BIRTH, "clone3": BIRTH, "procexit": END,
    "rename": MOVE, "renameat": MOVE, "renameat2": MOVE,
    "close_range": RANGE, "connect": SOCKET, "bind": SOCKET, "execve": PROGRAM | IDS, "execveat": PROGRAM | IDS,
    "chdir": PLACE, "fchdir": PLACE, "chroot": PLACE, "setsid": SESSION, "prctl": NAME,
    "setuid": IDS, "setgid": IDS, "setreuid": IDS, "setregid": IDS, "setresuid": IDS, "setresgid": IDS, "capset": IDS, "setns": IDS, "unshare": IDS,
}
# they use descriptors, and leave them as they are
READ_ONLY = {"oldfd", "dirfd", "mountfd", "pid_fd", "target_fd"}
HARMLESS = {"fchdir", "getsockopt", "shutdown", "setns"}

NO_USER = 0xFFFFFFFF
NEVER = (1 << 64) - 1
UNKNOWN = b"<NA>"
BLANK = {
    PROGRAM: {
        "comm": UNKNOWN, "exe": UNKNOWN, "exepath": b"", "args": b"", "env": b"", "exe_writable": 0, "exe_ino": 0, "exe_ino_ctime": 0,
        "exe_ino_mtime": 0, "exe_from_memfd": 0, "exe_upper_layer": 0, "exe_lower_layer": 0,
    },
    IDS: {"uid": NO_USER, "gid": NO_USER, "loginuid": NO_LOGINUID, "cap_inheritable": 0, "cap_permitted": 0, "cap_effective": 0},
    PLACE: {"cwd": UNKNOWN, "root": b""},
    SESSION: {"sid": -1, "vpgid": -1, "pgid": -1},
    NAME: {"comm": UNKNOWN},
}

cdef int WHAT[EVENT_TYPES]
cdef int FDS[EVENT_TYPES][MOST_FDS]         # parameters with descriptors that an event makes, takes away or changes, -1: no more
cdef int NEW_PATH[EVENT_TYPES]


def fill() -> None:
    cdef int kind, k
    for row in event_types():
        kind = row["id"]
        makes = bool(row["flags"] >> EVENT_FLAGS.index("creates_fd") & 1)
        names = [name for name, *_ in row["params"]]
        NEW_PATH[kind] = names.index("newpath") if "newpath" in names else -1
        found = []
        if kind % 2 and row["name"] not in HARMLESS and changes_state(row["flags"]):
            found = [
                k for k, (name, number, _) in enumerate(row["params"])
                if (PARAM_TYPES[number] == "FD" and name not in READ_ONLY and (k == 0 or row["name"] != "fcntl")) or (k == 0 and makes)
            ]
        for k in range(MOST_FDS):
            FDS[kind][k] = found[k] if k < len(found) else -1
        WHAT[kind] = DESCRIPTORS if found else 0
        if kind % 2 or row["name"] == "procexit":
            WHAT[kind] |= CHANGES.get(row["name"], 0)


fill()


cdef class Before:
    def __init__(self, scanned, read_by) -> None:
        """read_by  by process: when the scan had read it, ns since the epoch"""
        self.scanned = scanned
        self.pids = {entry.tid: entry.pid for entry in scanned.threads}
        self.read_by = read_by
        self.born, self.reapers, self.moved = set(), {}, set()
        self.changed, self.touched, self.ranges = {}, {}, {}

    cdef int see(self, Event event) except -1:
        """Each event from the first on, in order, up to the end of the scan."""
        cdef int what = WHAT[event.type], k
        cdef int64_t number
        if what == 0:
            return 0
        if what & BIRTH:
            if int_or(event.param(0), -1) == 0:
                self.born.add(event.tid)
                self.pids[event.tid] = int_or(event.param(4), -1)
            return 0
        if what & END:
            number = int_or(event.param(4), 0)
            if number > 0:
                self.reapers.setdefault(number, event.ts)
            return 0
        if what & MOVE:
            path = span_bytes(event.param(NEW_PATH[event.type])).rstrip(b"\0/") if NEW_PATH[event.type] >= 0 else b""
            self.moved.add(path.rpartition(b"/")[2])
            return 0
        pid = self.pids.get(event.tid)
        if pid is None or pid in self.born or (event.ts > <uint64_t>self.read_by.get(pid, NEVER) and not what & SOCKET):
            return 0
        for k in range(MOST_FDS):
            if FDS[event.type][k] < 0:
                break
            number = int_or(event.param(FDS[event.type][k]), -1)
            if number >= 0:
                self.touched.setdefault(pid, set()).add(number)
        if what & RANGE:
            self.ranges.setdefault(pid, []).append((int_or(event.param(1), 0), int_or(event.param(2), -1)))
        if int_or(event.param(0), -1) < 0 or (what & NAME and int_or(event.param(1), -1) != PR_SET_NAME):
            return 0
        self.changed[pid] = self.changed.get(pid, 0) | what
        return 0

    def section(self):
        """The host before the first event."""
        cdef set born = self.born
        threads = [self.thread(entry) for entry in self.scanned.threads if entry.tid not in born and entry.pid not in born]
        fds = {pid: self.kept(pid, entries) for pid, entries in self.scanned.fds.items() if pid not in born}
        return replace(self.scanned, threads=threads, fds=fds)

    cdef object thread(self, entry):
        cdef int what = self.changed.get(entry.pid, 0)
        changes = {}
        if self.is_moved(entry.cwd):
            what |= PLACE
        if self.is_moved(entry.exepath):
            changes["exepath"] = b""
        for bit, blank in BLANK.items():
            if what & <int>bit:
                changes.update(blank)
        first = self.reapers.get(entry.ptid)
        if first is not None and first <= self.read_by.get(entry.pid, NEVER):
            changes["ptid"] = 0
        return replace(entry, **changes) if changes else entry

    cdef list kept(self, pid, list entries):
        touched, ranges = self.touched.get(pid, ()), self.ranges.get(pid, ())
        if not touched and not ranges and not self.moved:
            return entries
        return [
            entry for entry in entries
            if entry.fd not in touched and not self.is_moved(entry.name) and not any([first <= entry.fd <= last for first, last in ranges])
        ]

    cdef bint is_moved(self, bytes path) except -1:
        return bool(self.moved) and not self.moved.isdisjoint(path.split(b"/"))


def tells(kind: int) -> bool:
    """Whether anything is left out because of events of this type."""
    return WHAT[<int>kind % EVENT_TYPES] != 0
