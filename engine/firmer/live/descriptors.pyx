"""The descriptors of a process, from /proc/PID/fd and fdinfo, as the descriptor list of a capture has them.

Compiled, since a host has tens of thousands of them: a link, attributes and flags each take the kernel 1 to 2 µs.
"""

import os

from libc.errno cimport ENAMETOOLONG, ENOENT, errno as last_error
from libc.stdint cimport uint32_t, uint64_t
from libc.stdlib cimport strtoll, strtoull
from libc.string cimport memset, strstr

from firmer.events.fdtype cimport (
    FD_BPF, FD_DIRECTORY, FD_EVENT, FD_EVENTPOLL, FD_FIFO, FD_FILE_V2, FD_INOTIFY, FD_IO_URING, FD_MEMFD, FD_PIDFD, FD_SIGNALFD, FD_TIMERFD,
    FD_UNSUPPORTED, FD_USERFAULTFD,
)

from firmer.events.section import FdEntry
from firmer.live.files import dev_number

cdef extern from *:
    """
    #include <dirent.h>
    #include <fcntl.h>
    #include <sys/stat.h>
    #include <unistd.h>
    """
    ctypedef struct DIR
    ctypedef struct dirent "struct dirent":
        char d_name[256]
    DIR *fdopendir(int fd) nogil
    dirent *readdir(DIR *directory) nogil
    int closedir(DIR *directory) nogil
    int openat(int directory, const char *name, int flags) nogil
    ssize_t read(int fd, void *buffer, size_t size) nogil
    ssize_t readlinkat(int directory, const char *name, char *buffer, size_t size) nogil
    int close(int fd) nogil
    enum: O_RDONLY, O_DIRECTORY, O_CLOEXEC, O_WRONLY, O_RDWR, O_ACCMODE, O_APPEND, O_DSYNC, O_NONBLOCK, O_SYNC, O_DIRECT, O_TMPFILE
    enum: AT_STATX_DONT_SYNC, STATX_BASIC_STATS
    ctypedef struct statx_t "struct statx":
        uint32_t stx_dev_major, stx_dev_minor
        unsigned short stx_mode
        uint64_t stx_ino
    int statx(int directory, const char *name, int flags, unsigned int mask, statx_t *found) nogil

cdef enum:
    MOST = 4096                # descriptors of a process: as many as the state keeps
    MOST_KINDS = 65536         # files that are remembered
    LONGEST = 4096             # bytes of a link
    S_IFMT = 0o170000
    S_IFDIR = 0o040000
    S_IFIFO = 0o010000
    S_IFREG = 0o100000

cdef struct Info:
    unsigned long long flags
    long long mount
    unsigned long long ino     # 0: not told, before kernel 5.14
    long long pid              # of a pidfd; -1: none

cdef tuple ANONYMOUS = (
    # how the link's text goes on behind "anon_inode:", or begins; kind of descriptor
    (b"[eventfd]", FD_EVENT), (b"[eventpoll]", FD_EVENTPOLL), (b"inotify", FD_INOTIFY), (b"[timerfd]", FD_TIMERFD),
    (b"[signalfd]", FD_SIGNALFD), (b"[io_uring]", FD_IO_URING), (b"[userfaultfd]", FD_USERFAULTFD), (b"bpf", FD_BPF), (b"[pidfd]", FD_PIDFD),
)  # fmt: skip


cdef bytes SOCKET = b"socket:["
cdef bytes PIPE = b"pipe:["


def file_flags(kernel_flags: int) -> int:
    """Open flags as captures have them, from the kernel's."""
    return scap_flags(kernel_flags)


cdef uint32_t scap_flags(unsigned long long flags) noexcept:
    cdef unsigned long long access = flags & O_ACCMODE
    cdef uint32_t out = 3 if access == O_RDWR else 2 if access == O_WRONLY else 1
    out |= 8 if flags & O_APPEND else 0
    out |= 16 if flags & O_DSYNC else 0
    out |= 64 if flags & O_NONBLOCK else 0
    out |= 128 if (flags & O_SYNC) == O_SYNC else 0
    out |= 512 if flags & O_DIRECT else 0
    out |= 1024 if flags & O_DIRECTORY else 0
    out |= 4096 if flags & O_CLOEXEC else 0
    # O_TMPFILE holds the bit of O_DIRECTORY; O_LARGEFILE the kernel sets by itself
    out |= 8192 if (flags & O_TMPFILE) == O_TMPFILE else 0
    return out


cdef int read_info(int directory, const char *name, Info *info) noexcept nogil:
    """Numbers of one fdinfo file; -1 when it is gone. Only its head is read: of an epoll each watched descriptor has a line."""
    cdef char text[512]
    cdef int fd = openat(directory, name, O_RDONLY | O_CLOEXEC)
    cdef ssize_t size
    cdef char *at
    info.flags = 0
    info.mount = -1
    info.ino = 0
    info.pid = -1
    if fd < 0:
        return -1
    size = read(fd, text, sizeof(text) - 1)
    close(fd)
    if size < 0:
        return -1
    text[size] = 0
    at = strstr(text, "flags:\t")
    if at != NULL:
        info.flags = strtoull(at + 7, NULL, 8)
    at = strstr(text, "mnt_id:\t")
    if at != NULL:
        info.mount = strtoll(at + 8, NULL, 10)
    at = strstr(text, "\nino:\t")
    if at != NULL:
        info.ino = strtoull(at + 6, NULL, 10)
    at = strstr(text, "\nPid:\t")
    if at != NULL:
        info.pid = strtoll(at + 6, NULL, 10)
    return 0


cdef tuple anonymous(bytes link, Info *info):
    """(kind, name) of what has no path: `link` is not one."""
    cdef bytes rest = link.partition(b"anon_inode:")[2]
    if link.startswith(b"pidfd:"):
        rest = b"[pidfd]"
    for start, kind in ANONYMOUS:
        if rest.startswith(start):
            # the name that pidfd_open gives it
            return kind, b"/proc/%d" % info.pid if kind == FD_PIDFD and info.pid >= 0 else b""
    return FD_UNSUPPORTED, link


cdef class DescriptorReader:
    """Reads the descriptors of processes. Files that many hold are looked at once."""

    cdef long long memfd_device
    cdef dict kinds            # (mode, device as statx has it, inode) by (mount id, inode)
    cdef dict nameless         # how links begin of what lies on the mounts of pipes and of sockets, by mount id

    def __cinit__(self, long long memfd_device):
        """memfd_device: device number of memory files."""
        self.memfd_device = memfd_device
        self.kinds = {}
        self.nameless = {}

    def read(self, int process, bytes root not None, dict devices not None) -> tuple:
        """(entries, sockets, complete) of one process.

        process  descriptor of /proc/PID
        root     the process's root directory, which is cut off its paths
        devices  device number by mount id, of the mount namespace of the process

        `sockets` are the entries whose `ino` still has to be looked up. `complete` is False when there were more than are kept.
        Raises OSError.
        """
        cdef list entries = []
        cdef list sockets = []
        cdef bint complete = True
        # what fdinfo tells suffices for pipes and sockets: their links, which cost as much again, are not looked at
        cdef int infos = openat(process, "fdinfo", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        cdef int fds
        cdef DIR *directory
        cdef dirent *found
        cdef object entry
        if infos < 0:
            raise OSError(last_error, os.strerror(last_error))
        fds = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        directory = fdopendir(infos) if fds >= 0 else NULL
        if directory == NULL:
            close(infos)
            if fds >= 0:
                close(fds)
            raise OSError(last_error, os.strerror(last_error))
        try:
            while True:
                found = readdir(directory)
                if found == NULL:
                    break
                if found.d_name[0] == c".":
                    continue
                if len(entries) >= MOST:
                    complete = False
                    break
                entry = self.one(fds, infos, found.d_name, root, devices)
                if entry is not None:
                    entries.append(entry)
                    if entry.type == FD_UNSUPPORTED and (<bytes>entry.name).startswith(SOCKET):
                        sockets.append(entry)
        finally:
            closedir(directory)
            close(fds)
        return entries, sockets, complete

    cdef object one(self, int fds, int infos, const char *number, bytes root, dict devices):
        """The entry of one descriptor; None when it was closed meanwhile."""
        cdef char link[LONGEST]
        cdef Info info
        cdef ssize_t size
        cdef int fd, kind
        cdef uint32_t flags
        cdef bytes name, start
        cdef tuple about
        if read_info(infos, number, &info) < 0:
            return None
        fd = <int>strtoll(number, NULL, 10)
        flags = scap_flags(info.flags)
        start = self.nameless.get(info.mount) if info.ino else None
        if start is not None:
            return FdEntry(fd, FD_UNSUPPORTED if start is SOCKET else FD_FIFO, info.ino, b"%s%d]" % (start, info.ino), flags)
        size = readlinkat(fds, number, link, LONGEST)
        if size < 0 and last_error != ENAMETOOLONG:
            return None
        # it is there, though the kernel does not tell its path
        name = link[:size] if size > 0 else b""
        for start in (SOCKET, PIPE):
            if name.startswith(start):
                self.nameless[info.mount] = start
                return FdEntry(fd, FD_UNSUPPORTED if start is SOCKET else FD_FIFO, strtoull(link + len(start), NULL, 10), name, flags)
        if name.startswith((b"anon_inode:", b"pidfd:")):
            kind, name = anonymous(name, &info)
            return FdEntry(fd, kind, info.ino, name, flags)
        about = self.look(fds, number, &info)
        if about is None:
            return None if last_error == ENOENT else FdEntry(fd, FD_UNSUPPORTED, info.ino, name, flags)
        kind = about[0] & S_IFMT
        if kind == S_IFIFO:
            return FdEntry(fd, FD_FIFO, about[2], inside(name, root), flags)
        if kind == S_IFREG and about[1] == self.memfd_device and name.startswith(b"/memfd:"):
            return FdEntry(fd, FD_MEMFD, about[2], name[7:].removesuffix(b" (deleted)"), flags, about[1])
        kind = FD_DIRECTORY if kind == S_IFDIR else FD_FILE_V2
        return FdEntry(fd, kind, about[2], inside(name, root), flags, devices.get(info.mount, about[1]))

    cdef tuple look(self, int fds, const char *number, Info *info):
        """(mode, device, inode) of a file; None when it is gone."""
        cdef statx_t found
        cdef tuple key = (info.mount, info.ino)
        cdef object about = self.kinds.get(key) if info.ino else None
        if about is not None:
            return about
        memset(&found, 0, sizeof(found))
        if statx(fds, number, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &found) < 0:
            return None
        about = (found.stx_mode, dev_number(found.stx_dev_major, found.stx_dev_minor), info.ino if info.ino else found.stx_ino)
        if info.ino and len(self.kinds) < MOST_KINDS:
            self.kinds[key] = about
        return about


def inside(bytes path not None, bytes root not None) -> bytes:
    """A path as it is called below `root`; what does not lie there stays as it is."""
    if len(root) <= 1 or not path.startswith(root):
        return path
    if len(path) == len(root):
        return b"/"
    return path[len(root):] if path[len(root)] == c"/" else path
