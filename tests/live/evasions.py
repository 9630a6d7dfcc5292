"""Ways to open one file without spelling its path. Run as a program in a process tree of its own: evasions.py FOLDER, begins when a line comes.

Each way runs in a child of its own, named `ev-NAME` (at most 15 bytes), and leaves everything as it found it. Needs root; NAMES tells what there is.
Prints a line a way: `NAME ok`, or `NAME skipped: why` where the kernel refuses it.
"""

import array
import ctypes as ct
import errno
import mmap
import os
import shutil
import signal
import socket
import sys
import threading
import time

LIBC = ct.CDLL(None, use_errno=True)
SYS = {
    "open": 2, "openat": 257, "memfd_create": 319, "name_to_handle_at": 303, "open_by_handle_at": 304, "openat2": 437, "io_uring_setup": 425,
    "io_uring_enter": 426, "open_tree": 428, "move_mount": 429,
}  # fmt: skip
AT_FDCWD, MS_BIND, MS_REC, MS_PRIVATE, CLONE_NEWNS, PR_SET_NAME = -100, 4096, 16384, 1 << 18, 0x20000, 15
ASYNC, SILENT, SQ_POLL = 1 << 4, 1 << 6, 1 << 1  # of io_uring
WAYS = {}
KEPT = []


class Refused(Exception):
    """This kernel does not offer the way."""


def way(function):
    WAYS[function.__name__] = function
    return function


def call(name, *args):
    result = LIBC.syscall(SYS[name], *[ct.c_long(each) if isinstance(each, int) else each for each in args])
    if result < 0:
        number = ct.get_errno()
        if number in (errno.ENOSYS, errno.EPERM, errno.EOPNOTSUPP):
            raise Refused(f"{name}: {os.strerror(number)}")
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def read(path, **where):
    fd = os.open(path, os.O_RDONLY, **where)
    assert os.read(fd, 7) == b"guarded"
    os.close(fd)


def finish(fd):
    assert os.read(fd, 7) == b"guarded"
    os.close(fd)


class Place:
    """The folder with the guarded file, and room beside it."""

    def __init__(self, folder):
        self.folder, self.guarded, self.room = folder, os.path.join(folder, "guarded", "file"), os.path.join(folder, "room")
        self.parent = os.path.dirname(self.guarded)
        self.mounts = None
        os.makedirs(self.room, exist_ok=True)

    def beside(self, name):
        return os.path.join(self.room, name)


@way
def absolute(place):
    read(place.guarded)


@way
def relative(place):
    os.chdir(place.parent)
    read("file")


@way
def dirfd(place):
    folder = os.open(place.folder, os.O_RDONLY | os.O_DIRECTORY)
    read("guarded/file", dir_fd=folder)


@way
def dots(place):
    read(place.room + "/../guarded/../guarded/file")


@way
def slashes(place):
    read(place.guarded.replace("/", "//").replace("//guarded", "/.///guarded"))


@way
def symlink(place):
    os.symlink(place.guarded, place.beside("link"))
    read(place.beside("link"))
    os.unlink(place.beside("link"))


@way
def folder_link(place):
    os.symlink("../guarded", place.beside("folder"))
    read(place.beside("folder/file"))
    os.unlink(place.beside("folder"))


@way
def link_chain(place):
    for number in range(20):
        os.symlink(place.guarded if number == 0 else place.beside(f"chain{number - 1}"), place.beside(f"chain{number}"))
    read(place.beside("chain19"))
    for number in range(20):
        os.unlink(place.beside(f"chain{number}"))


@way
def hard_link(place):
    os.link(place.guarded, place.beside("hard"))
    read(place.beside("hard"))
    os.unlink(place.beside("hard"))


@way
def proc_root(place):
    read("/proc/self/root" + place.guarded)


@way
def proc_cwd(place):
    os.chdir(place.parent)
    read("/proc/self/cwd/file")


@way
def proc_fd(place):
    folder = os.open(place.parent, os.O_RDONLY | os.O_DIRECTORY)
    read(f"/proc/self/fd/{folder}/file")


@way
def path_fd(place):
    fd = os.open(place.guarded, os.O_PATH)
    read(f"/proc/self/fd/{fd}")


@way
def old_open(place):
    finish(call("open", place.guarded.encode(), os.O_RDONLY, 0))


@way
def openat2(place):
    how = (ct.c_uint64 * 3)(os.O_RDONLY, 0, 0)
    finish(call("openat2", AT_FDCWD, place.guarded.encode(), ct.byref(how), 24))


@way
def handle(place):
    room = ct.create_string_buffer(8 + 128)
    ct.c_uint32.from_buffer(room).value = 128
    mount = ct.c_int()
    call("name_to_handle_at", AT_FDCWD, place.guarded.encode(), room, ct.byref(mount), 0)
    folder = os.open(place.folder, os.O_RDONLY)
    finish(call("open_by_handle_at", folder, room, os.O_RDONLY))


@way
def compat(place):
    """open by `int 0x80`, from 64-bit code: another number, other registers."""
    map_32bit, length = 0x40, 4096
    LIBC.mmap.restype = ct.c_void_p
    at = LIBC.mmap(
        None, length, mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | map_32bit, -1, 0
    )
    path = place.guarded.encode() + b"\0"
    code = b"\x53\xb8\x05\0\0\0\xbb" + (at + 256).to_bytes(4, "little") + b"\x31\xc9\x31\xd2\xcd\x80\x5b\xc3"
    ct.memmove(at, code, len(code))
    ct.memmove(at + 256, path, len(path))
    fd = ct.CFUNCTYPE(ct.c_int)(at)()
    if fd == -errno.ENOSYS:
        raise Refused("no 32-bit calls in this kernel")
    finish(fd)


def submitted(path, setup_flags=0, flags=0):
    """openat through a submission ring; nothing but io_uring_enter is called. The result, None where it is silent."""
    params = (ct.c_uint32 * 30)()
    params[2] = setup_flags
    ring = call("io_uring_setup", 2, ct.byref(params))
    offsets = {"sq": params[10:18], "cq": params[20:28]}
    size = max(offsets["sq"][6] + params[0] * 4, offsets["cq"][5] + params[1] * 16) + 64
    rings = mmap.mmap(ring, size, flags=mmap.MAP_SHARED, offset=0)
    entries = mmap.mmap(ring, params[0] * 64, flags=mmap.MAP_SHARED, offset=0x10000000)
    path = ct.create_string_buffer(path.encode())
    KEPT.append(path)  # a thread of the kernel reads it later
    entry = bytearray(64)
    entry[0], entry[1] = 18, flags  # IORING_OP_OPENAT
    entry[4:8] = AT_FDCWD.to_bytes(4, "little", signed=True)
    entry[16:24] = ct.addressof(path).to_bytes(8, "little")
    entries[:64] = bytes(entry)
    rings[offsets["sq"][6] : offsets["sq"][6] + 4] = bytes(4)
    rings[offsets["sq"][1] : offsets["sq"][1] + 4] = (1).to_bytes(4, "little")
    call("io_uring_enter", ring, 1, not flags & SILENT, 3, 0, 0)  # wait for what completes; wake the kernel's thread
    done = offsets["cq"][5] + 8
    return None if flags & SILENT else int.from_bytes(rings[done : done + 4], "little", signed=True)


@way
def io_uring(place):
    finish(submitted(place.guarded))


def silent(place, setup_flags=0, flags=0):
    """A symbolic link, and a success that no completion tells: who waits for completions sees neither file nor name."""
    link = place.beside("link")
    os.symlink(place.guarded, link)
    before = set(os.listdir("/proc/self/fd"))
    submitted(link, setup_flags, SILENT | flags)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:  # a worker of the kernel may take its time
        for fd in set(os.listdir("/proc/self/fd")) - before:
            try:
                if os.readlink(f"/proc/self/fd/{fd}") == os.path.realpath(place.guarded):
                    os.unlink(link)
                    return finish(int(fd))
            except OSError:
                continue
    raise AssertionError("never opened")


@way
def silenturing(place):
    silent(place)


@way
def silentworker(place):
    silent(place, flags=ASYNC)


@way
def silentpolled(place):
    silent(place, SQ_POLL)


@way
def race(place):
    """Another thread rewrites the name while the call runs; until the guarded file was the one that was opened while a harmless name stood there."""
    harmless = place.beside("h" * (len(place.guarded) - len(place.room) - 1))
    with open(harmless, "w") as file:
        file.write("harmless")
    names = [name.encode() for name in (harmless, place.guarded)]
    assert len(names[0]) == len(names[1])
    buffer, over = ct.create_string_buffer(names[0]), threading.Event()

    def swap():
        while not over.is_set():
            ct.memmove(buffer, names[1], len(names[1]))
            ct.memmove(buffer, names[0], len(names[0]))

    other = threading.Thread(target=swap)
    other.start()
    try:
        for _ in range(20000):
            fd = LIBC.syscall(SYS["openat"], AT_FDCWD, buffer, os.O_RDONLY)
            if fd < 0:
                continue  # half of one name, half of the other
            found = os.read(fd, 7)
            os.close(fd)
            if found == b"guarded":
                return
        raise Refused("the race was never won")
    finally:
        over.set()
        other.join()
        os.unlink(harmless)


@way
def bind_mount(place):
    own_mounts()
    os.mkdir(place.beside("bound"))
    mount(place.parent, place.beside("bound"), None, MS_BIND, None)
    read(place.beside("bound/file"))
    LIBC.umount2(place.beside("bound").encode(), 2)
    os.rmdir(place.beside("bound"))


@way
def tree_mount(place):
    """As mount(8) does it since 2.39: no path of the source stands in a call that tells paths."""
    own_mounts()
    os.mkdir(place.beside("tree"))
    tree = call("open_tree", AT_FDCWD, place.parent.encode(), 1)  # a copy
    call("move_mount", tree, b"", AT_FDCWD, place.beside("tree").encode(), 4)
    read(place.beside("tree/file"))
    LIBC.umount2(place.beside("tree").encode(), 2)
    os.rmdir(place.beside("tree"))


@way
def old_mount(place):
    """Made before anybody looked, by `before`."""
    if place.mounts is None or LIBC.setns(place.mounts, CLONE_NEWNS) < 0:
        raise Refused("no namespace of mounts")
    read(place.beside("old/file"))


@way
def old_link(place):
    read(place.beside("old-link"))


@way
def link_by_root(place):
    """A second name, whose first one is spelled past every guard."""
    os.link("/proc/self/root" + place.guarded, place.beside("past"))
    read(place.beside("past"))
    os.unlink(place.beside("past"))


@way
def link_of_fd(place):
    fd = os.open(place.guarded, os.O_PATH)
    if LIBC.linkat(AT_FDCWD, f"/proc/self/fd/{fd}".encode(), AT_FDCWD, place.beside("of-fd").encode(), 0x400) < 0:  # following it
        raise Refused("linkat: " + os.strerror(ct.get_errno()))
    os.close(fd)
    read(place.beside("of-fd"))
    os.unlink(place.beside("of-fd"))


@way
def overlay(place):
    own_mounts()
    for name in "merged", "empty":
        os.mkdir(place.beside(name))
    mount("overlay", place.beside("merged"), "overlay", 1, f"lowerdir={place.parent}:{place.beside('empty')}")
    read(place.beside("merged/file"))
    LIBC.umount2(place.beside("merged").encode(), 2)
    for name in "merged", "empty":
        os.rmdir(place.beside(name))


@way
def rename_before(place):
    os.rename(place.guarded, place.beside("moved"))
    try:
        read(place.beside("moved"))
    finally:
        os.rename(place.beside("moved"), place.guarded)


def moved_by(place, spelled):
    os.rename(spelled, place.beside("moved"))
    try:
        read(place.beside("moved"))
    finally:
        os.rename(place.beside("moved"), place.guarded)


@way
def moved_by_root(place):
    moved_by(place, "/proc/self/root" + place.guarded)


@way
def moved_by_link(place):
    os.symlink(place.folder, place.beside("folder"))
    os.symlink("folder/guarded", place.beside("chain"))
    moved_by(place, place.beside("chain/file"))
    os.unlink(place.beside("chain"))
    os.unlink(place.beside("folder"))


@way
def folder_before(place):
    os.rename(place.parent, place.beside("moved"))
    try:
        read(place.beside("moved/file"))
    finally:
        os.rename(place.beside("moved"), place.parent)


@way
def chroot(place):
    os.chroot(place.parent)
    os.chdir("/")
    read("/file")


@way
def passed(place):
    """The descriptor is opened in one process and used in another."""
    ours, theirs = socket.socketpair()
    child = os.fork()
    if child == 0:
        fd = os.open(place.guarded, os.O_RDONLY)
        theirs.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
        os._exit(0)
    _, parts, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(4))
    os.waitpid(child, 0)
    finish(int.from_bytes(parts[0][2][:4], "little"))


@way
def memfd_tool(place):
    """A copy of a common tool, run from memory under another name."""
    fd = call("memfd_create", b"kworker", 0)
    with open(shutil.which("cat"), "rb") as tool:
        os.write(fd, tool.read())
    child = os.fork()
    if child == 0:
        os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
        os.execve(fd, ["ev-memfd_tool", place.guarded], {})
    assert os.waitpid(child, 0)[1] == 0


def own_mounts():
    if LIBC.unshare(CLONE_NEWNS) < 0:
        raise Refused("unshare: " + os.strerror(ct.get_errno()))
    mount("none", "/", None, MS_REC | MS_PRIVATE, None)


def mount(source, where, kind, flags, options):
    if LIBC.mount(source.encode(), where.encode(), kind and kind.encode(), ct.c_ulong(flags), options and options.encode()) < 0:
        raise Refused(f"mount {kind or 'bind'}: {os.strerror(ct.get_errno())}")


def before(place):
    """What is there already when the watching begins."""
    os.link(place.guarded, place.beside("old-link"))
    os.mkdir(place.beside("old"))
    ready, tell = os.pipe()
    holder = os.fork()
    if holder == 0:
        try:
            own_mounts()
            mount(place.parent, place.beside("old"), None, MS_BIND, None)
            os.write(tell, b"x")
            signal.pause()
        finally:
            os._exit(1)
    os.close(tell)
    if os.read(ready, 1):
        place.mounts = os.open(f"/proc/{holder}/ns/mnt", os.O_RDONLY)
    os.kill(holder, signal.SIGKILL)
    os.waitpid(holder, 0)


def after(place):
    os.unlink(place.beside("old-link"))
    os.rmdir(place.beside("old"))


NAMES = tuple(WAYS)


def main():
    place = Place(sys.argv[1])
    before(place)
    sys.stdin.readline()
    for name, function in WAYS.items():
        child = os.fork()
        if child == 0:
            LIBC.prctl(PR_SET_NAME, f"ev-{name}".encode(), 0, 0, 0)
            actor = os.fork()  # the name is told when a process begins, not when it changes
            if actor == 0:
                try:
                    function(place)
                    print(name, "ok", flush=True)
                except Refused as why:
                    print(name, f"skipped: {why}", flush=True)
                os._exit(0)
            os.waitpid(actor, 0)
            os._exit(0)
        os.waitpid(child, 0)
    after(place)


if __name__ == "__main__":
    main()
