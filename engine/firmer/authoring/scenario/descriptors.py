"""What a descriptor of a scenario's process stands for."""

import zlib
from dataclasses import dataclass, replace

from firmer.authoring.scenario.values import AF_INET, AF_INET6, AF_UNIX, Address, Pair
from firmer.events.section import FdEntry

DEV = 0x800001  # of every file: one disk
TCP, UDP = 6, 17  # protocols as socket() takes them
# kinds of the fd-list block
IPV4, IPV6, IPV4_SERVER, IPV6_SERVER, FIFO, UNIX, FILE = 3, 4, 5, 6, 7, 8, 16
SERVERS = {IPV4: IPV4_SERVER, IPV6: IPV6_SERVER}
KINDS = {AF_INET: IPV4, AF_INET6: IPV6, AF_UNIX: UNIX}
LISTED_PROTOCOL = {TCP: 2, UDP: 3}  # the block has numbers of its own

O_RDONLY, O_WRONLY, O_RDWR, O_CREAT, O_APPEND, O_TRUNC, O_CLOEXEC, O_F_CREATED = 1, 2, 3, 4, 8, 256, 4096, 16384
MODES = {"r": O_RDONLY, "w": O_WRONLY | O_CREAT | O_TRUNC, "a": O_WRONLY | O_CREAT | O_APPEND, "r+": O_RDWR, "x": O_WRONLY | O_CREAT}


def inode(path: str) -> int:
    """A number that a path keeps in every scenario."""
    return 1_000 + zlib.crc32(path.encode("utf-8", "surrogateescape")) % 10_000_000


@dataclass(frozen=True, slots=True)
class Descriptor:
    """An open file, pipe or socket. Never changed: a call that changes it puts another in its place."""

    kind: int
    name: str = ""
    flags: int = 0
    ino: int = 0
    protocol: int = TCP
    local: Address | None = None
    pair: Pair | None = None

    def bound(self, local: Address) -> "Descriptor":
        return replace(self, local=local)

    def connected(self, pair: Pair) -> "Descriptor":
        return replace(self, pair=pair)

    def entry(self, number: int) -> FdEntry:
        """As the list of a capture's head names it."""
        l4proto = LISTED_PROTOCOL[self.protocol]
        if self.kind in SERVERS and self.pair is None and self.local is not None:
            address = self.local.packed
            return FdEntry(number, SERVERS[self.kind], self.ino, dip=address, dport=self.local.port, l4proto=l4proto)
        if self.kind in SERVERS and self.pair is not None:
            source, destination = self.pair.source, self.pair.destination
            return FdEntry(
                number,
                self.kind,
                self.ino,
                sip=source.packed,
                dip=destination.packed,
                sport=source.port,
                dport=destination.port,
                l4proto=l4proto,
            )
        if self.kind == UNIX:
            pointers = self.pair.pointers if self.pair else (0, 0)
            return FdEntry(number, UNIX, self.ino, self.name.encode(), source=pointers[0], destination=pointers[1])
        return FdEntry(number, self.kind, self.ino, self.name.encode("utf-8", "surrogateescape"), open_flags=self.flags, dev=DEV)


def file(path: str, flags: int = O_RDWR) -> Descriptor:
    return Descriptor(FILE, path, flags, inode(path))


def listening(address: Address, protocol: int = TCP) -> Descriptor:
    return Descriptor(KINDS[address.family], ino=inode(f"{address}"), protocol=protocol, local=address)


def connection(pair: Pair, protocol: int = TCP) -> Descriptor:
    return Descriptor(KINDS[pair.destination.family], ino=inode(f"{pair}"), protocol=protocol, pair=pair)
