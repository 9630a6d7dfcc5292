"""bpf(2), as far as the loader and the probe's user side need it. Standard library only: the loader runs without our package."""

import ctypes as ct
import errno
import os
import struct
from dataclasses import dataclass

NUMBER = {"x86_64": 321, "aarch64": 280}
MAP_CREATE, MAP_UPDATE, MAP_DELETE, MAP_NEXT_KEY, PROG_LOAD, TRACEPOINT_OPEN = 0, 2, 3, 4, 5, 17
RAW_TRACEPOINT = 17  # program type
NAME = 15  # characters of a map's or program's name
LOG = 1 << 24  # bytes of what the verifier says: old kernels keep the beginning when it is too little, and the end is what counts

LIBC = ct.CDLL(None, use_errno=True)
LIBC.syscall.restype = ct.c_long


@dataclass(frozen=True)
class Shape:
    """What a map is: numbers of the kernel's interface."""

    type: int
    key: int
    value: int
    entries: int
    flags: int


class Rejected(OSError):
    """The verifier refused a program; `log` has its last words."""

    def __init__(self, number: int, name: str, log: str) -> None:
        super().__init__(number, f"{name}: {os.strerror(number)}")
        self.log = log


def address(data: bytes) -> int:
    return ct.cast(ct.c_char_p(data), ct.c_void_p).value or 0


def call(command: int, attributes: bytes) -> int:
    """The kernel's answer; OSError on failure."""
    result: int = LIBC.syscall(
        ct.c_long(NUMBER[os.uname().machine]), ct.c_int(command), ct.c_char_p(attributes), ct.c_uint(len(attributes))
    )
    if result < 0:
        number = ct.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def create(name: str, shape: Shape) -> int:
    attributes = struct.pack("=7I16s", shape.type, shape.key, shape.value, shape.entries, shape.flags, 0, 0, name[:NAME].encode())
    return call(MAP_CREATE, attributes)


def update(number: int, key: bytes, value: bytes) -> None:
    call(MAP_UPDATE, struct.pack("=IIQQQ", number, 0, address(key), address(value), 0))


def delete(number: int, key: bytes) -> None:
    """Nothing there is as good as deleted."""
    try:
        call(MAP_DELETE, struct.pack("=IIQQQ", number, 0, address(key), 0, 0))
    except OSError as error:
        if error.errno != errno.ENOENT:
            raise


def keys(number: int, size: int, most: int) -> list[bytes]:
    """Keys of a map, up to `most`; while it changes, some may be missing or come twice. Raises OSError where it may not be read."""
    found: list[bytes] = []
    following = ct.create_string_buffer(size)
    while len(found) < most:
        last = found[-1] if found else b""
        try:
            call(MAP_NEXT_KEY, struct.pack("=IIQQQ", number, 0, address(last) if last else 0, ct.addressof(following), 0))
        except OSError as error:
            if error.errno == errno.ENOENT:  # that was the last
                break
            raise
        found.append(following.raw)
    return found


def load(name: str, code: bytes) -> int:
    """A raw tracepoint's program. Raises Rejected with the verifier's words."""
    try:
        return _load(name, code, None)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.ENOMEM):
            raise
        log = ct.create_string_buffer(LOG)
        try:
            return _load(name, code, log)  # once more, listening
        except OSError:
            words = [
                line for line in log.value.decode(errors="replace").splitlines() if not line.startswith("processed ")
            ]  # how much it did
            raise Rejected(error.errno or 0, name, "\n".join(words[-12:])) from None  # the second error may be that of a full log


def _load(name: str, code: bytes, log: "ct.Array[ct.c_char] | None") -> int:
    licence = b"GPL\0"
    attributes = struct.pack("=IIQQ", RAW_TRACEPOINT, len(code) // 8, address(code), address(licence))
    attributes += struct.pack("=IIQII16s", log is not None, LOG if log else 0, ct.addressof(log) if log else 0, 0, 0, name[:NAME].encode())
    return call(PROG_LOAD, attributes)


def attach(tracepoint: str, program: int) -> int:
    """A link: the program is attached as long as its descriptor is open."""
    name = tracepoint.encode() + b"\0"
    return call(TRACEPOINT_OPEN, struct.pack("=QII", address(name), program, 0))
