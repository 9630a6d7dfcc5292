"""Addresses of sockets by inode, network namespace by network namespace.

The kernel is asked over netlink where a namespace can be entered, which takes CAP_SYS_ADMIN for any but our own; otherwise /proc/PID/net is
read, which takes half as long again. Only inodes that were asked for are kept.
"""

import ctypes
import os
import socket
import threading
from collections.abc import Iterable, Iterator
from struct import Struct, pack, unpack_from

from firmer.events.section import FdEntry

# as the descriptor list of a capture numbers them (events/fdtype.pxd)
IPV4, IPV6, IPV4_SERVER, IPV6_SERVER, UNIX, NETLINK = 3, 4, 5, 6, 8, 15
TCP, UDP, ICMP, RAW = 2, 3, 4, 5

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY, DUMP, ERROR, DONE = 20, 0x301, 2, 3
UDIAG_SHOW_NAME = 1
CLONE_NEWNET = 0x40000000
TIMEOUT_S = 5.0
LONGEST_TABLE = 64 << 20  # bytes of one file of /proc/net: a quarter of a million sockets

INET_ID = Struct(">HH16s16s")  # ports and addresses of an inet_diag_msg, from its fourth byte
TABLES = (
    # protocol for the kernel, ours, file below /proc/net for IPv4
    (socket.IPPROTO_TCP, TCP, "tcp"),
    (socket.IPPROTO_UDP, UDP, "udp"),
    (136, UDP, "udplite"),
    (socket.IPPROTO_RAW, RAW, "raw"),
    (None, ICMP, "icmp"),
)
NAMES = {
    # what the kernel calls a socket that no table has: family and protocol are all that is known of it
    b"TCP": (IPV4, TCP), b"UDP": (IPV4, UDP), b"UDP-LITE": (IPV4, UDP), b"RAW": (IPV4, RAW), b"PING": (IPV4, ICMP), b"MPTCP": (IPV4, TCP),
    b"TCPv6": (IPV6, TCP), b"UDPv6": (IPV6, UDP), b"UDPLITEv6": (IPV6, UDP), b"RAWv6": (IPV6, RAW), b"PINGv6": (IPV6, ICMP),
    b"MPTCPv6": (IPV6, TCP), b"UNIX": (UNIX, 0), b"UNIX-STREAM": (UNIX, 0), b"NETLINK": (NETLINK, 0),
}  # fmt: skip


class Refused(Exception):
    """The kernel does not tell this over netlink."""


def fill(namespace: int, pids: Iterable[int], entries: list[FdEntry], notes: dict[str, int]) -> None:
    """Kind, addresses and names of sockets of one network namespace, of which `pids` are members."""
    wanted: dict[int, list[FdEntry]] = {}
    for entry in entries:
        wanted.setdefault(entry.ino, []).append(entry)
    for pid in pids:
        try:
            for ino, found in told(namespace, pid, wanted):
                for entry in wanted[ino]:
                    take(entry, found)
            return
        except OSError:
            continue  # the member is gone: ask another
    notes["sockets: namespace without a living member"] = notes.get("sockets: namespace without a living member", 0) + 1


def take(entry: FdEntry, found: FdEntry) -> None:
    for name in ("type", "name", "sip", "dip", "sport", "dport", "l4proto"):
        setattr(entry, name, getattr(found, name))


def told(namespace: int, pid: int, wanted: dict[int, list[FdEntry]]) -> Iterator[tuple[int, FdEntry]]:
    """(inode, what is known of it) of the wanted ones. Raises OSError when `pid` is no member any more."""
    diag = enter(namespace, pid)
    try:
        for family, kind, server, suffix in ((socket.AF_INET, IPV4, IPV4_SERVER, ""), (socket.AF_INET6, IPV6, IPV6_SERVER, "6")):
            for number, protocol, name in TABLES:
                yield from inet(diag, pid, family, number, name + suffix, protocol, (kind, server), wanted)
        yield from unix(diag, pid, wanted)
    finally:
        if diag is not None:
            diag.close()


# -- netlink -----------------------------------------------------------------------------------------------------------
def enter(namespace: int, pid: int) -> socket.socket | None:
    """A netlink socket in the namespace; None where it may not be entered. Raises OSError when `pid` is no member."""
    fd = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        if os.fstat(fd).st_ino != namespace:
            raise ProcessLookupError(pid)
        if os.stat("/proc/self/ns/net").st_ino == namespace:
            return netlink()
        made: list[socket.socket] = []
        # a thread of its own, for the way back might be refused
        thread = threading.Thread(target=open_inside, args=(fd, made))
        thread.start()
        thread.join()
        return made[0] if made else None
    finally:
        os.close(fd)


def open_inside(fd: int, made: list[socket.socket]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, CLONE_NEWNET) == 0 and (found := netlink()) is not None:
        made.append(found)


def netlink() -> socket.socket | None:
    try:
        found = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, NETLINK_SOCK_DIAG)
    except OSError:
        return None  # a kernel without it
    found.settimeout(TIMEOUT_S)
    return found


def dump(diag: socket.socket, request: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(buffer, start, end) of each answer's payload."""
    diag.send(pack("<IHHII", 16 + len(request), SOCK_DIAG_BY_FAMILY, DUMP, 1, 0) + request)
    while True:
        buffer, at = diag.recv(1 << 18), 0
        while at + 16 <= len(buffer):
            size, kind = unpack_from("=IH", buffer, at)
            if kind == DONE:
                return
            if kind == ERROR or size < 16:
                raise Refused
            yield buffer, at + 16, at + size
            at += size + 3 & ~3


def inet(
    diag: socket.socket | None,
    pid: int,
    family: int,
    number: int | None,
    table: str,
    protocol: int,
    kinds: tuple[int, int],
    wanted: dict[int, list[FdEntry]],
) -> Iterator[tuple[int, FdEntry]]:
    width = 4 if family == socket.AF_INET else 16
    if diag is not None and number is not None:
        try:
            for buffer, start, _ in dump(diag, pack("=BBBBI", family, number, 0, 0, 0xFFFFFFFF) + bytes(48)):
                (ino,) = unpack_from("=I", buffer, start + 68)
                if ino in wanted:
                    sport, dport, sip, dip = INET_ID.unpack_from(buffer, start + 4)
                    yield ino, socket_entry(kinds, protocol, sip[:width], sport, dip[:width], dport)
            return
        except Refused:
            pass  # the kernel lacks the module
    for words in rows(pid, table):
        ino = int(words[9])
        if ino in wanted:
            (sip, sport), (dip, dport) = address(words[1]), address(words[2])
            yield ino, socket_entry(kinds, protocol, sip, sport, dip, dport)


def socket_entry(kinds: tuple[int, int], protocol: int, sip: bytes, sport: int, dip: bytes, dport: int) -> FdEntry:
    """A socket without a peer is written as one that listens, as scap does."""
    if any(dip):
        return FdEntry(0, kinds[0], sip=sip, dip=dip, sport=sport, dport=dport, l4proto=protocol)
    return FdEntry(0, kinds[1], dip=sip, dport=sport, l4proto=protocol)


def unix(diag: socket.socket | None, pid: int, wanted: dict[int, list[FdEntry]]) -> Iterator[tuple[int, FdEntry]]:
    if diag is not None:
        try:
            for buffer, start, end in dump(diag, pack("=BBHIII8s", socket.AF_UNIX, 0, 0, 0xFFFFFFFF, 0, UDIAG_SHOW_NAME, bytes(8))):
                (ino,) = unpack_from("=I", buffer, start + 4)
                if ino in wanted:
                    yield ino, FdEntry(0, UNIX, name=unix_name(buffer, start + 16, end))
            return
        except Refused:
            pass
    for words in rows(pid, "unix"):
        ino = int(words[6])
        if ino in wanted:
            yield ino, FdEntry(0, UNIX, name=words[7] if len(words) > 7 else b"")


def unix_name(buffer: bytes, at: int, end: int) -> bytes:
    """The name among the attributes of a unix_diag_msg, an abstract one with an at sign for its first NUL."""
    while at + 4 <= end:
        size, kind = unpack_from("=HH", buffer, at)
        if size < 4:
            break
        if kind == 0:
            name = buffer[at + 4 : at + size]
            return b"@" + name[1:] if name[:1] == b"\0" else name.partition(b"\0")[0]
        at += size + 3 & ~3
    return b""


# -- /proc/net ---------------------------------------------------------------------------------------------------------
def rows(pid: int, table: str) -> Iterator[list[bytes]]:
    """Words of each line but the first; nothing where the kernel has no such table."""
    try:
        with open(f"/proc/{pid}/net/{table}", "rb") as file:
            text = file.read(LONGEST_TABLE)
    except FileNotFoundError:
        if not os.path.exists(f"/proc/{pid}"):
            raise
        return
    for line in text.splitlines()[1:]:
        words = line.split(maxsplit=7 if table == "unix" else 10)
        if len(words) >= 7 if table == "unix" else len(words) >= 10:
            yield words


def address(text: bytes) -> tuple[bytes, int]:
    """`0100007F:1F90`: words of an address as this machine keeps numbers, and the port."""
    ip, _, port = text.partition(b":")
    words = [int(ip[k : k + 8], 16) for k in range(0, len(ip), 8)]
    return pack(f"={len(words)}I", *words), int(port, 16)


# -- sockets in no table -----------------------------------------------------------------------------------------------
def name_unbound(pid: int, entries: Iterable[FdEntry]) -> None:
    """Kind of those that no table had, since they are neither bound nor connected; others stay as they are."""
    for entry in entries:
        try:
            text = os.getxattr(f"/proc/{pid}/fd/{entry.fd}", "system.sockprotoname")
        except OSError:
            continue  # closed since
        kind = NAMES.get(text.rstrip(b"\0"))
        if kind is not None:
            entry.type, entry.l4proto = kind
            entry.name = b""
