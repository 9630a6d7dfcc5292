"""Looking at files that others chose, without waiting for them: no attributes fetched from a server, no file opened that is not plain.

A process may hold a descriptor of a file system that it serves itself and that never answers. So attributes are taken as the kernel has
them in memory, and what is read from below a container's root is opened only once it is known to be a plain file there.
"""

import errno
import os

from libc.errno cimport errno as last_error
from libc.stdint cimport uint32_t, uint64_t
from libc.string cimport memset

cdef extern from *:
    """
    #include <fcntl.h>
    #include <sys/stat.h>
    #include <sys/syscall.h>
    #include <unistd.h>
    #ifndef AT_STATX_DONT_SYNC
    #define AT_STATX_DONT_SYNC 0x4000
    #endif
    #ifndef SYS_openat2
    #define SYS_openat2 437
    #endif
    struct firmer_open_how { unsigned long long flags, mode, resolve; };
    """
    enum: AT_STATX_DONT_SYNC, AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, O_PATH, O_CLOEXEC, SYS_openat2, O_RDONLY, O_NONBLOCK, O_NOCTTY
    ctypedef struct statx_timestamp:
        long long tv_sec
        uint32_t tv_nsec
    ctypedef struct statx_t "struct statx":
        uint32_t stx_nlink, stx_uid, stx_gid, stx_dev_major, stx_dev_minor
        unsigned short stx_mode
        uint64_t stx_ino, stx_size
        statx_timestamp stx_ctime, stx_mtime
    int statx(int directory, const char *name, int flags, unsigned int mask, statx_t *found) nogil
    ctypedef struct firmer_open_how "struct firmer_open_how":
        unsigned long long flags, mode, resolve
    long syscall(long number, ...) nogil
    int openat(int directory, const char *name, int flags) nogil
    ssize_t read(int fd, void *buffer, size_t size) nogil
    ssize_t readlinkat(int directory, const char *name, char *buffer, size_t size) nogil
    int close(int fd) nogil

cdef enum:
    # linux/openat2.h
    RESOLVE_NO_XDEV = 0x01
    RESOLVE_NO_MAGICLINKS = 0x02
    RESOLVE_IN_ROOT = 0x10
    PIECE = 16384              # bytes read at once: nearly every file of /proc/PID is shorter


def dev_number(major: int, minor: int) -> int:
    """A device number as captures have it, which is the kernel's own form for programs."""
    return (minor & 0xFF) | (major << 8) | ((minor & 0xFFF00) << 12)


def facts(int directory, bytes name) -> tuple:
    """(mode, ino, device, uid, gid, nlink, ctime_ns, mtime_ns) of a file, links followed; `name` empty: of `directory` itself.

    As the kernel remembers them: a file server is not asked. Raises OSError.
    """
    cdef statx_t found
    cdef int result
    cdef const char *path = name
    cdef int flags = AT_STATX_DONT_SYNC | (0 if name else AT_EMPTY_PATH)
    memset(&found, 0, sizeof(found))
    with nogil:
        result = statx(directory, path, flags, STATX_BASIC_STATS, &found)
    if result < 0:
        raise OSError(last_error, os.strerror(last_error), os.fsdecode(name))
    return (
        found.stx_mode, found.stx_ino, dev_number(found.stx_dev_major, found.stx_dev_minor), found.stx_uid, found.stx_gid, found.stx_nlink,
        found.stx_ctime.tv_sec * 1000000000 + found.stx_ctime.tv_nsec, found.stx_mtime.tv_sec * 1000000000 + found.stx_mtime.tv_nsec,
    )


def read_below(int directory, bytes name, Py_ssize_t limit) -> bytes:
    """At most `limit` bytes of a file of /proc, by its path below `directory`. Raises OSError."""
    cdef char piece[PIECE]
    cdef const char *path = name
    cdef int fd
    cdef ssize_t size
    cdef bytes text = b""
    with nogil:
        fd = openat(directory, path, O_RDONLY | O_CLOEXEC)
    if fd < 0:
        raise OSError(last_error, os.strerror(last_error), os.fsdecode(name))
    try:
        while True:
            with nogil:
                size = read(fd, piece, PIECE)
            if size < 0:
                raise OSError(last_error, os.strerror(last_error), os.fsdecode(name))
            text = text + piece[:size] if text else piece[:size]
            # files of few lines come whole; lists come by the page, and end with nothing
            if size == 0 or limit <= PIECE or len(text) >= limit:
                return text[:limit]
    finally:
        close(fd)


def link_below(int directory, bytes name) -> bytes:
    """Where a link of /proc leads, by its path below `directory`. Raises OSError."""
    cdef char target[4096]
    cdef const char *path = name
    cdef ssize_t size
    with nogil:
        size = readlinkat(directory, path, target, sizeof(target))
    if size < 0:
        raise OSError(last_error, os.strerror(last_error), os.fsdecode(name))
    return target[:size]


def open_below(int root, bytes name) -> int:
    """A descriptor to read the plain file `name` below the directory `root`, as a process with that root would find it.

    Links lead nowhere out of `root` or onto another file system, nothing but a plain file is opened. What `root` itself is on is for the
    caller to know. Raises OSError: ELOOP, EXDEV, or EINVAL for what is no plain file.
    """
    cdef firmer_open_how how
    cdef const char *path = name
    cdef long found
    how.flags = O_PATH | O_CLOEXEC
    how.mode = 0
    how.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV
    with nogil:
        found = syscall(SYS_openat2, root, path, &how, sizeof(how))
    if found < 0:
        raise OSError(last_error, os.strerror(last_error), os.fsdecode(name))
    try:
        # a device or a pipe would do something, or wait, if it were opened for reading
        if (facts(found, b"")[0] & 0o170000) != 0o100000:
            raise OSError(errno.EINVAL, "no plain file", os.fsdecode(name))
        return os.open(f"/proc/self/fd/{found}", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    finally:
        os.close(found)
