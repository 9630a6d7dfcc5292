"""The machine and its addresses, as the first blocks of a capture tell them."""

import os
import socket
from collections.abc import Iterator
from struct import pack, unpack_from

from firmer.events.section import Interface, Machine

RTM_NEWADDR, RTM_GETADDR, DUMP, ERROR, DONE = 20, 22, 0x301, 2, 3
IFA_ADDRESS, IFA_LOCAL, IFA_LABEL, IFA_BROADCAST = 1, 2, 3, 4
TIMEOUT_S = 5.0
WIDTHS = {int(socket.AF_INET): 4, int(socket.AF_INET6): 16}


def machine(boot_ts_ns: int) -> Machine:
    with open("/proc/sys/kernel/pid_max", "rb") as file:
        max_pid = int(file.read(32))
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Machine(os.sysconf("SC_NPROCESSORS_ONLN"), memory, max_pid, os.fsencode(os.uname().nodename), boot_ts_ns)


def interfaces() -> list[Interface]:
    """The addresses of our network namespace."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, socket.NETLINK_ROUTE) as route:
        route.settimeout(TIMEOUT_S)
        route.send(pack("=IHHIIB3xI", 24, RTM_GETADDR, DUMP, 1, 0, socket.AF_UNSPEC, 0))
        return [found for buffer, start, end in messages(route) if (found := interface(buffer[start:end])) is not None]


def messages(route: socket.socket) -> Iterator[tuple[bytes, int, int]]:
    while True:
        buffer, at = route.recv(1 << 17), 0
        while at + 16 <= len(buffer):
            size, kind = unpack_from("=IH", buffer, at)
            if kind in (DONE, ERROR) or size < 16:
                return
            if kind == RTM_NEWADDR:
                yield buffer, at + 16, at + size
            at += size + 3 & ~3


def interface(message: bytes) -> Interface | None:
    """From an ifaddrmsg and its attributes; None for a family without such addresses."""
    family, prefix, _, _, index = unpack_from("=BBBBI", message)
    width = WIDTHS.get(family)
    if width is None or prefix > 8 * width:
        return None
    told = dict(attributes(message[8:]))
    name = told.get(IFA_LABEL, b"").rstrip(b"\0") or os.fsencode(named(index))
    # of a point-to-point link IFA_ADDRESS is the far end
    ip = told.get(IFA_LOCAL) or told.get(IFA_ADDRESS) or bytes(width)
    mask = ((1 << 8 * width) - (1 << 8 * width - prefix)).to_bytes(width, "big")
    return Interface(name, ip, mask, told.get(IFA_BROADCAST) or bytes(width), speed(name))


def attributes(message: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(message):
        size, kind = unpack_from("=HH", message, at)
        if size < 4:
            return
        yield kind, message[at + 4 : at + size]
        at += size + 3 & ~3


def named(index: int) -> str:
    try:
        return socket.if_indextoname(index)
    except OSError:
        return f"if{index}"


def speed(name: bytes) -> int:
    """Speed of the link in Mbit/s; 0 when it has none, is down or is an alias."""
    try:
        with open(b"/sys/class/net/" + name.partition(b":")[0] + b"/speed", "rb") as file:
            return max(0, int(file.read(32)))
    except (OSError, ValueError):
        return 0
