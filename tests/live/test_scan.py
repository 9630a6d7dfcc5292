"""A scan of processes in namespaces, roots and layers of our own making."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from firmer.live import users
from firmer.live.privileges import TO_SCAN, keep
from firmer.live.scan import scan
from firmer.state.state import State

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="not root")
NEWNS, NEWUTS, NEWUSER, NEWPID, NEWNET = 0x00020000, 0x04000000, 0x10000000, 0x20000000, 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
IPV4, IPV4_SERVER = 3, 5


@pytest.fixture
def inside():
    """Run `code` in a child, with `flags` unshared before; gives the pid of the child that waits afterwards."""
    started = []

    def start(code="", flags=0, argv=()):
        reading, writing = os.pipe()
        text = f"""
import ctypes, os, signal, socket, sys
libc = ctypes.CDLL(None, use_errno=True)
libc.prctl(1, 9, 0, 0, 0)
if {flags} and libc.unshare({flags}):
    os.write({writing}, b'no %d' % ctypes.get_errno()); os._exit(1)
pid = os.fork() if {flags} & {NEWPID} else 0
if pid == 0:
    libc.prctl(1, 9, 0, 0, 0)
{os.linesep.join("    " + line for line in code.splitlines())}
    # its number outside: /proc is not mounted anew
    os.write({writing}, os.readlink('/proc/self').encode() if os.path.exists('/proc/self') else b'0')
signal.pause()
"""
        process = subprocess.Popen([sys.executable, "-c", text, *argv], pass_fds=[writing])
        started.append(process)
        os.close(writing)
        told = os.read(reading, 100)
        os.close(reading)
        assert told, "the child failed"
        if told.startswith(b"no"):
            pytest.skip(f"namespaces cannot be made here: {os.strerror(int(told[3:]))}")
        return int(told) or process.pid

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()


def test_a_pid_namespace(inside):
    pid = inside("os.setsid()", NEWPID)
    (thread,) = scan([pid]).section.threads
    assert (thread.tid, thread.vtid, thread.vpid, thread.vpgid, thread.pgid) == (pid, 1, 1, 1, pid)
    assert thread.flags & 1 << 29, "scap's flag of a child in a pid namespace"
    assert thread.pidns_init_start_ts == thread.clone_ts > 0


LOOPBACK = """
import fcntl, struct
up = socket.socket(); fcntl.ioctl(up, 0x8914, struct.pack('16sh14x', b'lo', 0x41)); up.close()
server = socket.create_server(('127.0.0.1', 4711)); client = socket.create_connection(('127.0.0.1', 4711)); other = server.accept()[0]
unix = socket.socket(socket.AF_UNIX); unix.bind(b'\\0firmer-inside')
"""


@pytest.mark.parametrize("way", ["netlink", "proc"])
def test_sockets_of_another_network(inside, monkeypatch, way):
    from firmer.live import sockets

    if way == "proc":
        monkeypatch.setattr(sockets, "netlink", lambda: None)
    pid = inside(LOOPBACK, NEWNET)
    here = socket.create_server(("127.0.0.1", 0))
    found = scan([pid, os.getpid()])
    ours = {entry.type: entry for entry in found.section.fds[pid] if entry.type in (IPV4, IPV4_SERVER, 8)}
    assert (ours[IPV4_SERVER].dport, ours[8].name) == (4711, b"@firmer-inside")
    pairs = {(entry.sport, entry.dport) for entry in found.section.fds[pid] if entry.type == IPV4}
    assert len(pairs) == 2 and all(4711 in pair for pair in pairs)
    assert here.getsockname()[1] in {entry.dport for entry in found.section.fds[os.getpid()] if entry.type == IPV4_SERVER}
    here.close()
    # nobody moved for it
    assert Path("/proc/self/ns/net").stat().st_ino != Path(f"/proc/{pid}/ns/net").stat().st_ino


def test_paths_below_another_root(inside, tmp_path):
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "passwd").write_bytes(b"inside:x:7:7::/:\n")
    pid = inside(f"os.chroot({str(tmp_path)!r}); os.chdir('/etc'); f = open('/etc/passwd')")
    found = scan([pid])
    (thread,) = found.section.threads
    assert (thread.root, thread.cwd) == (os.fsencode(tmp_path), b"/etc")
    assert b"/etc/passwd" in [entry.name for entry in found.section.fds[pid]]
    root = os.open(f"/proc/{pid}/root", os.O_PATH)
    assert [user.name for user in users.read_accounts(root, b"box", {})[0]] == [b"inside"]
    os.close(root)


def test_who_serves_its_own_root_is_not_asked(inside, tmp_path):
    """Mounts below the root of a container are not entered: what is mounted there might never answer."""
    (tmp_path / "etc").mkdir()
    code = f"""
libc.mount(b'none', b'/', None, 0x44000, None)
assert libc.mount(b'none', {os.fsencode(tmp_path / "etc")!r}, b'tmpfs', 0, None) == 0
open({str(tmp_path / "etc" / "passwd")!r}, 'w').write('inside:x:7:7::/:')
os.chroot({str(tmp_path)!r})
"""
    pid = inside(code, NEWNS)
    root, notes = os.open(f"/proc/{pid}/root", os.O_PATH), {}
    assert users.read_accounts(root, b"box", notes)[0] == [] and notes == {"accounts: file not readable": 2}
    os.close(root)


@pytest.fixture
def overlay(tmp_path):
    """An overlay mount with `sleep` in its lower layer, in a mount namespace of a child's own."""
    for name in ("lower", "upper", "work", "merged"):
        (tmp_path / name).mkdir()
    shutil.copy(shutil.which("sleep"), tmp_path / "lower" / "image")
    return tmp_path


def run_in(overlay, script):
    """A shell in a mount namespace where the overlay is mounted; the pid of the program that it becomes."""
    options = f"lowerdir={overlay}/lower,upperdir={overlay}/upper,workdir={overlay}/work"
    setup = f"mount -t overlay overlay -o {options} {overlay}/merged || exit 9; cd {overlay}/merged; {script}"
    process = subprocess.Popen(["unshare", "-m", "sh", "-c", setup])
    for _ in range(500):
        if process.poll() is not None:
            pytest.skip("no overlay file system here")
        if Path(f"/proc/{process.pid}/exe").readlink().name.split(" ")[0] in ("image", "dropped"):
            return process
        signal.sigtimedwait([], 0.01)
    process.kill()
    process.wait()
    raise AssertionError("the program did not start")


@pytest.mark.parametrize(
    ("script", "upper"),
    [
        ("exec ./image 100", 0),
        ("cp image dropped; exec ./dropped 100", 1),
        ("echo >>image; exec ./image 100", 1),
        ("cp image dropped; sh -c 'sleep 0.3; rm dropped' & exec ./dropped 100", 1),
        ("sh -c 'sleep 0.3; rm image' & exec ./image 100", 0),
    ],
    ids=["image", "dropped", "changed", "dropped-and-deleted", "deleted-from-the-image"],
)
def test_the_layer_of_a_program(overlay, script, upper):
    process = run_in(overlay, script)
    try:
        if "rm" in script:
            for _ in range(500):
                if os.readlink(f"/proc/{process.pid}/exe").endswith(" (deleted)"):
                    break
                signal.sigtimedwait([], 0.01)
        found = scan([process.pid])
        (thread,) = found.section.threads
        assert (thread.exe_upper_layer, thread.exe_lower_layer) == (upper, 1 - upper)
        assert thread.exepath.endswith(b"/image" if "dropped" not in script else b"/dropped") and not found.notes
    finally:
        process.kill()
        process.wait()


def as_nobody(capabilities, act):
    """Runs in a child of ours with these capabilities and no other; what it returns as text."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            keep(capabilities, "65534:65534")
            os.write(writing, repr(act()).encode())
        finally:  # whatever went wrong, a child must not go on with the tests
            os._exit(0)
    os.close(writing)
    with open(reading) as file:
        said = file.read()
    os.waitpid(pid, 0)
    return said


def test_two_capabilities_suffice_to_look_at_others(inside):
    pid = inside("f = open('/etc/hostname')")

    def look():
        found = scan([pid])
        names = [entry.name for entry in found.section.fds.get(pid, ())]
        return bool(found.section.threads[0].exepath), b"/etc/hostname" in names, sorted(found.notes)

    assert as_nobody(TO_SCAN, look) == "(True, True, [])"
    assert as_nobody((), look).startswith("(False, False, ['descriptors: not readable', 'directories and environment: not readable'")


def test_the_state_of_a_container_like_process(inside):
    pid = inside(LOOPBACK, NEWPID | NEWNET | NEWUTS)
    state = State("falco")
    state.load(scan([pid]).section)
    thread = state.thread_by_tid(pid)
    assert (thread.vpid, thread.comm[:6]) == (1, b"python")
    names = {fd.name for fd in (state.fd_by(pid, number) for number in range(40)) if fd is not None}
    assert b"127.0.0.1:4711" in names
