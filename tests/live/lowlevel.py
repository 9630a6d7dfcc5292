"""System calls that Python has no name for: raw numbers, 32-bit entry, io_uring."""

import ctypes as ct
import mmap
import os
import struct

LIBC = ct.CDLL(None, use_errno=True)
LOW = 0x40  # MAP_32BIT
SETUP, ENTER, REGISTER = 425, 426, 427


def call(number, *arguments):
    """The kernel's result, negative errno included."""
    LIBC.syscall.restype = ct.c_long
    result = LIBC.syscall(ct.c_long(number), *(ct.c_long(value) for value in arguments))
    return -ct.get_errno() if result == -1 else result


class Low:
    """Memory below 4 GB with a little machine code: enters the kernel as a 32-bit program does (int 0x80)."""

    # push rbx; push rbp; mov r10, rdi; mov eax,[r10]; mov ebx,[r10+4]; … ; int 0x80; pop rbp; pop rbx; ret
    CODE = bytes.fromhex("53554989fa418b02418b5a04418b4a08418b520c418b7210418b7a14418b6a18cd805d5bc3")

    def __init__(self):
        self.area = mmap.mmap(
            -1, 65536, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | LOW, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC
        )
        self.base = ct.addressof(ct.c_char.from_buffer(self.area))
        self.area[: len(self.CODE)] = self.CODE
        self.used = 1024
        self.enter = ct.CFUNCTYPE(ct.c_int, ct.c_void_p)(self.base)

    def put(self, data):
        """Address of a copy."""
        at = self.used
        self.area[at : at + len(data)] = data
        self.used += -(-len(data) // 16) * 16
        return self.base + at

    def call(self, number, *arguments):
        values = [*(value & 0xFFFFFFFF for value in arguments), *[0] * 6][:6]
        return self.enter(self.put(struct.pack("<7I", number, *values)))


class IoUring:
    """A ring of 64 places. `flags`: of io_uring_setup."""

    def __init__(self, flags=0):
        parameters = bytearray(120)
        struct.pack_into("<I", parameters, 8, flags)
        holder = (ct.c_char * 120).from_buffer(parameters)
        self.fd = call(SETUP, 64, ct.addressof(holder))
        if self.fd < 0:
            raise OSError(-self.fd, os.strerror(-self.fd))
        (self.sq_tail, self.sq_mask, self.sq_array) = (struct.unpack_from("<I", parameters, 40 + at)[0] for at in (4, 8, 24))
        (self.cq_head, self.cq_tail, self.cq_mask, self.cqes) = (struct.unpack_from("<I", parameters, 80 + at)[0] for at in (0, 4, 8, 20))
        self.sq = mmap.mmap(self.fd, 4096, flags=mmap.MAP_SHARED, offset=0)
        self.cq = mmap.mmap(self.fd, 4096, flags=mmap.MAP_SHARED, offset=0x8000000)
        self.entries = mmap.mmap(self.fd, 4096, flags=mmap.MAP_SHARED, offset=0x10000000)
        self.kept, self.put = [], 0

    def address(self, data):
        buffer = ct.create_string_buffer(data, len(data))
        self.kept.append(buffer)
        return ct.addressof(buffer)

    def prepare(self, op, fd=-1, addr=0, size=0, off=0, op_flags=0, flags=0, slot=0):
        """Puts one operation into the queue. `slot`: of a direct descriptor, from 1."""
        tail = struct.unpack_from("<I", self.sq, self.sq_tail)[0]
        index = tail & struct.unpack_from("<I", self.sq, self.sq_mask)[0]
        struct.pack_into("<BBHiQQIIQHHI2Q", self.entries, 64 * index, op, flags, 0, fd, off, addr, size, op_flags, 7, 0, 0, slot, 0, 0)
        struct.pack_into("<I", self.sq, self.sq_array + 4 * index, index)
        struct.pack_into("<I", self.sq, self.sq_tail, tail + 1)
        self.put += 1

    def enter(self, wait=0):
        """Submits what is in the queue; waits for so many completions, wakes the kernel's thread where there is one."""
        put, self.put = self.put, 0
        assert call(ENTER, self.fd, put, wait, 3, 0, 0) == put

    def result(self):
        """Of the oldest completion; None: there is none."""
        head, end = struct.unpack_from("<I", self.cq, self.cq_head)[0], struct.unpack_from("<I", self.cq, self.cq_tail)[0]
        if head == end:
            return None
        found = struct.unpack_from("<i", self.cq, self.cqes + 16 * (head & struct.unpack_from("<I", self.cq, self.cq_mask)[0]) + 8)[0]
        struct.pack_into("<I", self.cq, self.cq_head, head + 1)
        return found

    def do(self, op, *arguments, wait=1, **more):
        """Result of one operation, which is waited for; None without a completion."""
        self.prepare(op, *arguments, **more)
        self.enter(wait)
        return self.result()
