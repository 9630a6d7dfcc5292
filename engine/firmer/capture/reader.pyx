"""The capture reader: blocks of every generation in, one Event after the other out.

Content arrives in chunks that never change. An event that lies whole in a chunk is filled in place (`next`, nothing is built for it); everything
else (section, metadata, an event that two chunks share, damage) takes the careful way (`advance`).
"""

from libc.stdint cimport uint32_t

from firmer.events.blocks cimport (
    BLOCK_FRAME, BYTE_ORDER_MAGIC, EVENT_LARGE, EVENT_LARGE_FLAGS, EVENT_LIMIT, EVENT_V1, EVENT_V1_FLAGS, EVENT_V2, EVENT_V2_FLAGS,
    INTERFACES_V2, LARGE_LIMIT, METADATA_LIMIT, SECTION_BODY, SECTION_HEADER,
)
from firmer.capture.cursor cimport Cursor
from firmer.capture.metadata cimport (
    FORM_FDS, FORM_INTERFACES, FORM_MACHINE, FORM_PROCESSES, FORM_USERS, Metadata, interface_size,
)
from firmer.events.decode cimport DECODED, UNKNOWN_TYPE, decode, decode_v1, frame, load16, load32, reason_of
from firmer.events.source cimport STEP_END, STEP_EVENT, STEP_SECTION, Source

from firmer.capture.cursor import Damage
from firmer.capture.source import Source as Content
from firmer.errors import BadCapture

cdef enum:
    CHUNK = 1 << 18                 # stays in the second-level cache while it is walked
    OTHER_TRAILER = 2               # beside the values of Decoded: a usable event, but its block ends with another length than it begins with

cdef uint32_t EARLY_EVENT = 0x8010ABCD  # events of before the first release, laid out like EVENT_V1

# id -> what it is, form, version
METADATA = {
    0x201: ("machine info", FORM_MACHINE, 1), 0x8002ABCD: ("machine info", FORM_MACHINE, 1),
    0x202: ("process list", FORM_PROCESSES, 1), 0x8000ABCD: ("process list", FORM_PROCESSES, 1),
    0x207: ("process list", FORM_PROCESSES, 2), 0x8013ABCD: ("process list", FORM_PROCESSES, 2),
    0x209: ("process list", FORM_PROCESSES, 3), 0x8014ABCD: ("process list", FORM_PROCESSES, 3),
    0x210: ("process list", FORM_PROCESSES, 4), 0x211: ("process list", FORM_PROCESSES, 5),
    0x212: ("process list", FORM_PROCESSES, 6), 0x213: ("process list", FORM_PROCESSES, 7),
    0x214: ("process list", FORM_PROCESSES, 8), 0x215: ("process list", FORM_PROCESSES, 9),
    0x203: ("descriptor list", FORM_FDS, 1), 0x8001ABCD: ("descriptor list", FORM_FDS, 1),
    0x218: ("descriptor list", FORM_FDS, 2),
    0x205: ("interface list", FORM_INTERFACES, 1), 0x8011ABCD: ("interface list", FORM_INTERFACES, 1),
    0x219: ("interface list", FORM_INTERFACES, 2),
    0x206: ("user list", FORM_USERS, 1), 0x8012ABCD: ("user list", FORM_USERS, 1),
    0x220: ("user list", FORM_USERS, 2),
}


class Cut(Damage):
    """The capture ends within a block: no damage while it grows."""


cdef inline Py_ssize_t event_limit(uint32_t kind) noexcept:
    """Bytes that an event block with this id may have; 0 when it is no event block."""
    if kind == EVENT_V2 or kind == EVENT_V1 or kind == EVENT_V2_FLAGS or kind == EVENT_V1_FLAGS:
        return EVENT_LIMIT
    if kind == EVENT_LARGE or kind == EVENT_LARGE_FLAGS:
        return LARGE_LIMIT
    return EVENT_LIMIT if kind == EARLY_EVENT else 0


cdef inline int head_of(uint32_t kind) noexcept:
    """Where an event begins in its block: behind block header and CPU, in some kinds flags."""
    return 14 if kind == EVENT_V2_FLAGS or kind == EVENT_V1_FLAGS or kind == EVENT_LARGE_FLAGS else 10


cdef inline int fill(Event event, const unsigned char *block, bytes owner) noexcept:
    """Fills the event from a whole event block inside of `owner`; tells what `decode` tells, or OTHER_TRAILER for a usable event."""
    cdef uint32_t kind = load32(block)
    cdef uint32_t total = load32(block + 4)
    cdef int skipped = head_of(kind)
    cdef Py_ssize_t room = <Py_ssize_t>total - 4 - skipped
    cdef int decoded
    if kind == EVENT_V2 or kind == EVENT_V2_FLAGS or kind == EVENT_LARGE or kind == EVENT_LARGE_FLAGS:
        decoded = decode(event, block + skipped, room)
    else:
        decoded = decode_v1(event, block + skipped, room)
    if decoded != DECODED:
        return decoded
    frame(event, block, total, skipped == 14, owner)
    return DECODED if load32(block + total - 4) == total else OTHER_TRAILER


cdef str block_name(uint32_t kind):
    if kind == SECTION_HEADER:
        return "section header"
    if event_limit(kind):
        return "event block"
    known = METADATA.get(kind)
    return known[0] if known else f"block of type {kind:#x}"


cdef class Reader(Source):
    def __init__(self, path: str, follow: bool = False, source=None) -> None:
        """Opens the capture; "-" is standard input.

        follow   at the end of the file wait for more, until `stop`
        source   what gives the content instead of the file (see capture.source.Source)
        """
        self.path = path
        self.chunk = b""
        try:
            self.source = Content(path, follow) if source is None else source
        except Damage as exc:
            raise self.bad(exc) from exc
        self.notes = self.source.notes

    cdef int next(self, Event event) except -1:
        """The next step; see Step. Fills `event` for STEP_EVENT."""
        cdef const unsigned char *block
        cdef uint32_t total
        cdef Py_ssize_t left
        cdef int decoded, step
        while True:
            while self.in_events:
                block = self.at
                left = self.end - block
                if left < BLOCK_FRAME:
                    break
                total = load32(block + 4)
                if total > left or total < BLOCK_FRAME or total > event_limit(load32(block)):
                    break
                self.at = block + total
                decoded = fill(event, block, self.chunk)
                if decoded == DECODED:
                    self.events += 1
                    event.num = self.events
                    return STEP_EVENT
                if self.settle(event, block, decoded):
                    return STEP_EVENT
            step = self.advance()
            if step != STEP_EVENT:
                return step

    cdef int settle(self, Event event, const unsigned char *block, int decoded) except -1:
        """1 when the event can be used after all, 0 when it is to be skipped; BadCapture when its lengths do not hold."""
        cdef Py_ssize_t begin, room
        if decoded == UNKNOWN_TYPE:
            self.note("events of unknown type skipped")
            return 0
        if decoded == OTHER_TRAILER:
            self.note("event blocks whose trailer differs")
        elif decoded != DECODED:
            begin = head_of(load32(block))
            self.block_offset = self.chunk_offset + (block - self.base)
            room = <Py_ssize_t>load32(block + 4) - 4 - begin
            raise self.bad(f"event block of {load32(block + 4)} bytes: {reason_of(decoded, block + begin, room)}")
        self.events += 1
        event.num = self.events
        return 1

    cdef int advance(self) except -1:
        """Takes whatever is no event that lies whole in the chunk. STEP_EVENT: a chunk is there whose events can be filled."""
        cdef Py_ssize_t limit
        if self.failed is not None:
            raise self.failed
        try:
            if self.in_events and self.at == self.end and self.refill():
                return STEP_EVENT
            while self.header():
                limit = event_limit(self.kind)
                if self.section is None or self.kind == SECTION_HEADER:
                    self.read_section()
                    return STEP_SECTION
                self.in_events = True
                if limit:
                    self.splice(self.body(limit))
                    return STEP_EVENT
                self.late_block()
        except Cut as exc:
            if self.source.followed:
                return STEP_END
            raise self.bad(f"{exc} (is the capture truncated or still being written?)") from exc
        except Damage as exc:
            raise self.bad(exc) from exc
        if self.section is None:
            raise self.bad("nothing in it: a capture begins with a section header")
        if self.events == 0:
            self.notes["no events in the capture"] = 1
        return STEP_END

    cdef int read_section(self) except -1:
        """The section header whose id is pending, and all blocks up to the first event."""
        cdef bytes body
        cdef Metadata metadata
        cdef uint32_t kind = self.kind
        self.in_events = False
        if kind != SECTION_HEADER:
            raise Damage(f"no capture: it begins with {self.pending.hex(' ')}, a capture begins with 0a 0d 0d 0a")
        if self.total > METADATA_LIMIT and int.from_bytes(self.pending[4:], "big") < self.total:
            raise Damage("section header: written on a big-endian machine, which this does not read")
        body = self.body(METADATA_LIMIT)
        if len(body) < SECTION_BODY + BLOCK_FRAME:
            raise Damage(f"section header: {SECTION_BODY + BLOCK_FRAME} bytes expected, it has {len(body)}")
        magic, major = int.from_bytes(body[8:12], "little"), int.from_bytes(body[12:14], "little")
        if magic != BYTE_ORDER_MAGIC:
            raise Damage(f"section header: byte order magic {magic:#x}, expected {BYTE_ORDER_MAGIC:#x}")
        if major > 1:
            raise Damage(f"section header: format version {major}, this reads version 1")
        metadata = Metadata(self.notes)
        while self.header():
            if self.kind == SECTION_HEADER or event_limit(self.kind):
                break
            self.read_metadata(metadata)
        self.section = metadata.section
        return 0

    cdef int read_metadata(self, Metadata metadata) except -1:
        cdef bytes body
        cdef Cursor cursor
        known = METADATA.get(self.kind)
        if known is None:
            self.note("blocks of unknown type skipped")
            return self.skip(self.total - 8)
        body = self.body(METADATA_LIMIT)
        if body[len(body) - 4:] != body[4:8]:
            if self.kind != INTERFACES_V2:
                raise Damage(f"{known[0]} of {self.total} bytes: another length stands at its end")
            body = self.mended_interfaces(body)
        cursor.at = <const unsigned char *><const char *>body + 8
        cursor.left = len(body) - BLOCK_FRAME
        try:
            metadata.read(known[1], known[2], &cursor)
        except Damage as exc:
            raise Damage(f"{known[0]} of {self.total} bytes: {exc}") from exc
        return 0

    cdef int late_block(self) except -1:
        """Behind events only events may come. What else is there can be told by its length, so what follows is still good."""
        known = METADATA.get(self.kind)
        self.note(f"{known[0]} behind events ignored" if known else "blocks of unknown type skipped")
        self.skip(self.total - 8)
        return 0

    cdef bytes mended_interfaces(self, bytes body):
        """The whole of an interface list whose length is too small.

        sysdig 0.29.3 and today's dumper write such a list when they rewrite a capture that had the old form. Its entries go on until,
        at a multiple of 4, the length stands again.
        """
        cdef Py_ssize_t at = 8
        cdef Py_ssize_t aligned, size
        cdef const unsigned char *start
        whole = bytearray(body)
        while len(whole) <= METADATA_LIMIT:
            aligned = at + (-at & 3)
            if aligned + 4 > len(body):
                whole += self.gather(max(0, aligned + 4 - len(whole)))
                if whole[aligned:aligned + 4] == body[4:8]:
                    self.note("interface lists with a wrong length mended")
                    return bytes(whole[:aligned + 4])
            whole += self.gather(max(0, at + 8 - len(whole)))
            if len(whole) < at + 8:
                break
            entry = bytes(whole[at:at + 8])
            start = <const unsigned char *><const char *>entry
            size = load32(start)
            if interface_size(load16(start + 4)) == 0 or size != interface_size(load16(start + 4)) + load16(start + 6):
                break
            at += 4 + size
        raise Damage(f"interface list of {self.total} bytes: another length stands at its end, and its entries cannot be told")

    cdef bint header(self) except -1:
        """Reads id and length of the next block into `pending`, where they stay until `body` or `skip`. False at the end."""
        if self.pending is not None:
            return True
        self.block_offset = self.chunk_offset + (self.at - self.base)
        cdef bytes start = self.gather(8)
        if not start:
            return False
        if len(start) < 8:
            raise Cut(f"block header of 8 bytes: {len(start)} bytes left")
        self.kind = load32(<const unsigned char *><const char *>start)
        self.total = load32(<const unsigned char *><const char *>start + 4)
        if self.total < BLOCK_FRAME and (self.section is not None or self.kind == SECTION_HEADER):
            raise Damage(f"{block_name(self.kind)}: a length of {self.total} bytes, expected {BLOCK_FRAME} or more")
        self.pending = start
        return True

    cdef bytes body(self, Py_ssize_t limit):
        """The whole block whose id and length are pending."""
        if self.total > limit:
            raise Damage(f"{block_name(self.kind)} of {self.total} bytes: at most {limit} are allowed")
        cdef bytes block = self.pending + self.gather(self.total - 8)
        if <Py_ssize_t>len(block) < self.total:
            raise Cut(f"{block_name(self.kind)} of {self.total} bytes: {len(block)} bytes left")
        self.pending = None
        return block

    cdef int skip(self, Py_ssize_t n) except -1:
        """Steps over the rest of the pending block, however long it claims to be, without keeping it."""
        cdef Py_ssize_t left = n
        cdef Py_ssize_t step
        while left > 0:
            if self.at == self.end and not self.refill():
                raise Cut(f"{block_name(self.kind)} of {self.total} bytes: {n + 8 - left} bytes left")
            step = min(left, self.end - self.at)
            self.at += step
            left -= step
        self.pending = None
        return 0

    cdef bint refill(self) except -1:
        """The next chunk in the place of one that is read; False at the end."""
        self.chunk_offset += self.end - self.base
        if self.rest is not None:
            self.chunk, self.rest = self.rest, None
            self.base = <const unsigned char *><const char *>self.chunk
            self.at = self.base + self.rest_at
            self.end = self.base + len(self.chunk)
            self.chunk_offset -= self.rest_at
        else:
            self.chunk = self.source.read(CHUNK)
            self.base = self.at = <const unsigned char *><const char *>self.chunk
            self.end = self.base + len(self.chunk)
        return self.end > self.at

    cdef int splice(self, bytes block) except -1:
        """A block that two chunks shared becomes a chunk of its own; what is left of the later chunk comes behind it."""
        if self.at < self.end:
            self.rest = self.chunk
            self.rest_at = self.at - self.base
        self.chunk_offset = self.block_offset
        self.chunk = block
        self.base = self.at = <const unsigned char *><const char *>block
        self.end = self.base + len(block)
        return 0

    cdef bytes gather(self, Py_ssize_t n):
        """The next `n` bytes, stepping over them; fewer when the capture ends first. Takes no more memory than there are bytes."""
        cdef Py_ssize_t step = min(n, self.end - self.at)
        cdef bytes first = (<const char *>self.at)[:step] if step else b""
        self.at += step
        if step == n:
            return first
        found = bytearray(first)
        while len(found) < n and (self.at < self.end or self.refill()):
            step = min(n - <Py_ssize_t>len(found), self.end - self.at)
            found += (<const char *>self.at)[:step]
            self.at += step
        return bytes(found)

    cdef int note(self, str what) except -1:
        self.notes[what] = self.notes.get(what, 0) + 1
        return 0

    def bad(self, reason) -> BadCapture:
        """The error of this capture; every later step raises it again."""
        self.in_events = False
        self.failed = BadCapture("standard input" if self.path == "-" else self.path, self.block_offset, str(reason))
        return self.failed

    def skim(self) -> int:
        """Goes over all that is left without looking at it; the number of events read so far."""
        cdef Event event = Event.__new__(Event)
        while self.next(event) != STEP_END:
            pass
        return self.events

    def events_iter(self):
        """Copies of all events, over all sections."""
        for step in self.steps():
            if isinstance(step, Event):
                yield step

    @property
    def position(self) -> int:
        """Bytes of the file, as it is stored, that were read so far."""
        return self.source.position

    @property
    def size(self) -> int | None:
        """Bytes of the file as it is stored; None for standard input."""
        return self.source.size

    def stop(self) -> None:
        """Ends the following of a growing file at what it holds by then."""
        self.source.stop()

    def close(self) -> None:
        self.source.close()

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_) -> None:
        self.close()


def read_all(path: str):
    """Copies of all events of a capture."""
    with Reader(path) as reader:
        yield from reader.events_iter()
