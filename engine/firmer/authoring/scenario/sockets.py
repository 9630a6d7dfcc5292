"""Calls on sockets."""

from firmer.authoring.scenario.actor import Actor, result, snap
from firmer.authoring.scenario.descriptors import KINDS, TCP, UDP, Descriptor, inode
from firmer.authoring.scenario.values import AF_UNIX, Address, Pair

STREAM, DATAGRAM = 1, 2
ANY = "0.0.0.0"
BACKLOG = 128
KERNEL_SPACE = 0xFFFF_8880_0000_0000


class Sockets(Actor):
    def socket(self, family: int, protocol: int = TCP) -> int:
        kind = DATAGRAM if protocol == UDP else STREAM
        fd = self.new_fd(Descriptor(KINDS[family], ino=inode(f"socket:{self.tid}:{self.stage.now_ns}"), protocol=protocol))
        self.act("socket", fd=fd, domain=family, type=kind, proto=0 if family == AF_UNIX else protocol, flags=0)
        return fd

    def connect(self, host: str, port: int = 0, *, protocol: int = TCP, fd: int | None = None, error: str | None = None) -> int:
        """socket() unless `fd` is one already, and connect(); a path is a unix socket. Returns the descriptor."""
        there = Address(host, port)
        fd = self.socket(there.family, protocol) if fd is None else fd
        pointers = (0, KERNEL_SPACE + inode(host)) if there.family == AF_UNIX else (0, 0)
        pair = Pair(self.here(there), there, pointers)
        failed = error not in (None, "EINPROGRESS")
        self.act("connect", res=result(error), tuple=None if failed else pair, fd=fd, addr=there)
        if not failed:
            self.fds[fd] = self.fds[fd].connected(pair)
        return fd

    def listen(self, port: int, host: str = ANY) -> int:
        """socket(), bind() and listen(). Returns the descriptor."""
        address = Address(host, port)
        fd = self.socket(address.family)
        self.act("bind", res=0, addr=address, fd=fd)
        self.fds[fd] = self.fds[fd].bound(address)
        self.act("listen", res=0, fd=fd, backlog=BACKLOG)
        return fd

    def accept(self, fd: int, host: str, port: int) -> int:
        """A connection from there to a listening socket. Returns its descriptor."""
        local = self.fds[fd].local
        if local is None:
            raise ValueError(f"descriptor {fd} of thread {self.tid} does not listen")
        pair = Pair(Address(host, port), Address(self.stage.ip if local.host == ANY else local.host, local.port))
        number = self.new_fd(Descriptor(self.fds[fd].kind, ino=inode(f"{pair}"), pair=pair))
        self.act("accept", fd=number, tuple=pair, queuepct=0, queuelen=0, queuemax=BACKLOG)
        return number

    def send(self, fd: int, data: str | bytes) -> None:
        """sendto() on a connected socket."""
        self.act("sendto", res=len(data), data=snap(data), fd=fd, size=len(data))

    def receive(self, fd: int, data: str | bytes) -> None:
        """recvfrom() on a connected socket."""
        self.act("recvfrom", res=len(data), data=snap(data), fd=fd, size=max(4096, len(data)))

    def here(self, there: Address) -> Address:
        """Our end of a new connection."""
        if there.family == AF_UNIX:
            return there
        inside = self.container.ip if self.container else self.stage.ip
        loopback = there.host.startswith("127.") or there.host == "::1"
        return Address(there.host if loopback else inside, self.stage.new_port())
