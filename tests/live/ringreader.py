"""A ring buffer read in Python: slow, for bounded workloads in tests."""

import mmap
import struct

BUSY, DISCARD = 1 << 31, 1 << 30


class Reader:
    """All records of one ring, oldest first."""

    def __init__(self, ring):
        page = mmap.PAGESIZE
        self.consumer = mmap.mmap(ring.fd, page)
        self.producer = mmap.mmap(ring.fd, page + 2 * ring.size, prot=mmap.PROT_READ, offset=page)
        self.mask, self.data = ring.size - 1, page

    def read(self):
        at = struct.unpack_from("Q", self.consumer)[0]
        end = struct.unpack_from("Q", self.producer)[0]
        out = []
        while at < end:
            place = self.data + (at & self.mask)
            size = struct.unpack_from("I", self.producer, place)[0]
            if size & BUSY:
                break
            if not size & DISCARD:
                out.append(self.producer[place + 8 : place + 8 + size])
            at += ((size & ~DISCARD) + 15) & ~7
        struct.pack_into("Q", self.consumer, 0, at)
        return out

    def close(self):
        self.consumer.close()
        self.producer.close()


class Record:
    """One event of a block: cpu, ts, tid, type, params (list of bytes)."""

    def __init__(self, block):
        kind, total, self.cpu, self.ts, self.tid, size, self.type, count = struct.unpack_from("<IIHQqIHI", block)
        assert kind == 0x216 and total == len(block) and total % 4 == 0, block[:16]
        assert struct.unpack_from("<I", block, total - 4)[0] == total
        sizes = struct.unpack_from(f"<{count}H", block, 36)
        at, self.params = 36 + 2 * count, []
        for length in sizes:
            self.params.append(block[at : at + length])
            at += length
        assert at == 10 + size and at <= total - 4 < at + 4, (at, size, total)

    def number(self, k, signed=True):
        return int.from_bytes(self.params[k], "little", signed=signed)

    def text(self, k):
        return self.params[k].rstrip(b"\0").decode()
