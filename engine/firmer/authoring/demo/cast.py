"""Who acts on the staged host of the demo. Each role is a program of that name that runs this file with the host's Python; only there."""

from __future__ import annotations

import ctypes
import fcntl
import os
import pty
import signal
import socket
import sys
import termios
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

NEW_MOUNTS, NEW_UTS, NEW_IPC, NEW_PIDS = 1 << 17, 1 << 26, 1 << 27, 1 << 29
RUNTIME = "/run/docker.sock"
GROUPS = "/sys/fs/cgroup"
libc = ctypes.CDLL(None, use_errno=True)


def child(work: Callable[[], object]) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        work()
    finally:
        os._exit(1)


def start(*words: str) -> int:
    return child(lambda: os.execvp(words[0], list(words)))


def run(*words: str) -> None:
    os.waitpid(start(*words), 0)


def init(words: list[str]) -> None:
    """First process: starts the services and buries the dead."""
    for service in ("cron", "sshd", "dockerd", "gunicorn"):
        start(service, "-f")
    while True:
        try:
            os.wait()
        except ChildProcessError:
            time.sleep(1)


def listening(port: int, address: str = "10.0.0.5") -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((address, port))
    server.listen(16)
    return server


def gunicorn(words: list[str]) -> None:
    """The shop's web application. Its page `upload` hands what a visitor sends to a shell: the hole."""
    server = listening(80)
    os.setgid(33)
    os.setuid(33)
    os.chdir("/var/www/shop")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    log = os.open("/var/log/shop/access.log", os.O_WRONLY | os.O_APPEND)
    while True:
        visitor, (address, _) = server.accept()
        request = visitor.recv(4096).decode("latin-1")
        line, _, rest = request.partition("\r\n")
        name = rest.partition("\r\n\r\nname=x;")[2]
        if name:
            start("/bin/sh", "-c", name)
        page = os.open("index.html", os.O_RDONLY)
        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + os.read(page, 4096))
        os.close(page)
        os.write(log, f'{address} - - "{line}" 200\n'.encode())
        visitor.close()


def cron(words: list[str]) -> None:
    """Jobs: a log rotation through a shell, and the package manager."""
    while True:
        time.sleep(4)
        run("/bin/sh", "-c", "logrotate /etc/logrotate.conf")
        time.sleep(7)
        run("dpkg", "--configure", "-a")


def logrotate(words: list[str]) -> None:
    with open(words[0]) as file:
        file.read()
    os.rename("/var/log/shop/access.log", "/var/log/shop/access.log.1")
    open("/var/log/shop/access.log", "w").close()


def dpkg(words: list[str]) -> None:
    """Installs a job, as a package manager may."""
    with open("/etc/cron.d/e2scrub_all", "w") as file:
        file.write("30 3 * * 0 root test -e /run/systemd/system\n")


def sshd(words: list[str]) -> None:
    """Whoever connects is logged in as Anna, after a look at the password hashes, and runs one command on a terminal."""
    server = listening(22)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        visitor, _ = server.accept()
        if os.fork() == 0:
            with open("/etc/shadow") as file:
                file.read()
            pid, terminal = pty.fork()
            if pid == 0:
                visitor.close()
                os.setgid(1000)
                os.setuid(1000)
                os.chdir("/home/anna")
                os.execv("/bin/bash", ["-bash", "-c", "id; ls /home"])
            carry(terminal, visitor.fileno())
            os._exit(0)
        visitor.close()


def carry(source: int, target: int) -> None:
    """All that comes from one to the other, until the end."""
    while True:
        try:
            some = os.read(source, 4096)
        except OSError:  # a terminal whose last user is gone
            return
        if not some:
            return
        os.write(target, some)


def dockerd(words: list[str]) -> None:
    """The container runtime: one container, `shop`; a health check now and then; commands from its socket."""
    if os.path.exists(RUNTIME):
        os.unlink(RUNTIME)
    server = socket.socket(socket.AF_UNIX)
    server.bind(RUNTIME)
    server.listen(8)
    ready, told = os.pipe()
    os.set_inheritable(told, True)
    start("containerd-shim", "-id", "shop", str(told))
    inside = os.read(ready, 20).decode()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if os.fork() == 0:
        while True:
            time.sleep(6)
            start("runc", "exec", "shop", inside, "/bin/sh", "-c", "curl -fs http://127.0.0.1:3000/health")
    while True:
        client, _ = server.accept()
        if os.fork() == 0:
            server.close()
            serve(client, inside)
        client.close()


def serve(client: socket.socket, inside: str) -> None:
    request = client.recv(4096)
    if not request.startswith(b"EXEC"):
        answer = b'[{"Names": ["/shop"], "Image": "registry.example/shop/api:2.3"}]'
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(answer) + answer)
        os._exit(0)
    terminal, its = pty.openpty()
    child(lambda: on_terminal(its, "runc", "exec", "-t", "shop", inside, "/bin/sh"))
    os.close(its)
    settings = termios.tcgetattr(terminal)
    settings[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, settings)
    if os.fork() == 0:
        carry(terminal, client.fileno())
        os._exit(0)
    carry(client.fileno(), terminal)
    os._exit(0)


def on_terminal(terminal: int, *words: str) -> None:
    os.setsid()
    for number in (0, 1, 2):
        os.dup2(terminal, number)
    os.execvp(words[0], words)


def enter_groups() -> None:
    for name in os.listdir(GROUPS):
        with open(f"{GROUPS}/{name}/cgroup.procs", "w") as file:
            file.write(str(os.getpid()))


def shim(words: list[str]) -> None:
    """Makes the container: its own groups, mounts, processes and name, and the application as its first process."""
    enter_groups()
    libc.unshare(NEW_MOUNTS | NEW_UTS | NEW_IPC | NEW_PIDS)
    libc.sethostname(b"shop", 4)
    root = "/containers/shop"
    for source in ("usr", "etc", "root", "tmp", "dev", "run"):
        os.makedirs(f"{root}/{source}", exist_ok=True)
        libc.mount(f"/{source}".encode(), f"{root}/{source}".encode(), None, 4096 | 1 << 14, None)
    os.makedirs(f"{root}/proc", exist_ok=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        os.symlink(f"usr/{name}", f"{root}/{name}")
    os.makedirs(f"{root}/var")
    os.symlink("/run", f"{root}/var/run")
    pid = child(lambda: application(root))
    os.write(int(words[-1]), str(pid).encode())
    os.close(int(words[-1]))
    os.waitpid(pid, 0)


def application(root: str) -> None:
    os.chroot(root)
    os.chdir("/")
    libc.mount(b"proc", b"/proc", b"proc", 0, None)
    os.execvp("node", ["node", "server.js"])


def node(words: list[str]) -> None:
    server = listening(3000, "127.0.0.1")
    while True:
        visitor, _ = server.accept()
        visitor.recv(4096)
        visitor.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        visitor.close()


def runc(words: list[str]) -> None:
    """A program in the container: runc exec [-t] NAME FIRST-PROCESS WORD..."""
    terminal = words[1] == "-t"
    inside, *program = words[3 if terminal else 2 :]
    enter_groups()
    spaces = [os.open(f"/proc/{inside}/ns/{name}", os.O_RDONLY) for name in ("mnt", "uts", "ipc", "pid")]
    root = os.open(f"/proc/{inside}/root", os.O_RDONLY | os.O_DIRECTORY)
    for space in spaces:
        libc.setns(space, 0)
        os.close(space)
    os.fchdir(root)
    os.close(root)
    os.chroot(".")
    os.chdir("/")
    os.waitpid(child(lambda: begin(terminal, program)), 0)


def begin(terminal: bool, program: list[str]) -> None:
    os.setsid()
    if terminal:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.environ["PS1"] = ""
    os.execv(program[0], program)


def docker(words: list[str]) -> None:
    """docker exec -it NAME sh: what is typed goes to the container's shell, what it says comes back."""
    runtime = socket.socket(socket.AF_UNIX)
    runtime.connect("/var/run/docker.sock")
    runtime.sendall(b"EXEC shop sh\n")
    if os.fork() == 0:
        carry(runtime.fileno(), 1)
        os._exit(0)
    carry(0, runtime.fileno())
    runtime.shutdown(socket.SHUT_WR)
    os.wait()


ROLES = {
    "init": init, "gunicorn": gunicorn, "cron": cron, "logrotate": logrotate, "dpkg": dpkg, "sshd": sshd, "dockerd": dockerd,
    "containerd-shim": shim, "runc": runc, "docker": docker, "node": node,
}  # fmt: skip

if __name__ == "__main__":
    ROLES[os.path.basename(sys.argv[0])](sys.argv[1:])
