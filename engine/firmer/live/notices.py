"""Events that no program of the probe makes: firmer tells them itself, between those of the host."""

from struct import pack

EVENT_V2, EVENT_LARGE = 0x216, 0x221  # ids of blocks
DROP, CONTAINER = 148, 324  # types of events
NOBODY = -1


def loss(ts: int, count: int) -> bytes:
    """The block of an event that tells a loss; the number of events stands where sysdig has the sampling ratio."""
    return block(EVENT_V2, ts, DROP, pack("<H", 4) + pack("<I", min(count, 0xFFFFFFFF)))


def container(ts: int, record: bytes) -> bytes:
    """The block of an event that brings a container's record, a JSON text."""
    return block(EVENT_LARGE, ts, CONTAINER, pack("<I", len(record) + 1) + record + b"\0")


def block(kind: int, ts: int, type: int, parameter: bytes) -> bytes:
    body = pack("<HQqIHI", 0, ts, NOBODY, 26 + len(parameter), type, 1) + parameter
    body += bytes(-len(body) & 3)
    size = pack("<I", len(body) + 12)
    return pack("<I", kind) + size + body + size
