"""Block ids, sizes and limits of the `.scap` format, for reader, writer and the live ring. docs/capture-format.md explains them."""

from libc.stdint cimport uint32_t

cdef enum BlockId:
    SECTION_HEADER = 0x0A0D0D0A
    MACHINE = 0x201
    PROCESSES_V9 = 0x215
    FDS_V2 = 0x218
    INTERFACES_V2 = 0x219
    USERS_V2 = 0x220
    EVENT_V1 = 0x204
    EVENT_V1_FLAGS = 0x208
    EVENT_V2 = 0x216
    EVENT_V2_FLAGS = 0x217
    EVENT_LARGE = 0x221
    EVENT_LARGE_FLAGS = 0x222

cdef enum Sizes:
    BYTE_ORDER_MAGIC = 0x1A2B3C4D
    BLOCK_FRAME = 12                # type, length; length again behind the body
    SECTION_BODY = 16
    MACHINE_BODY = 180
    HOSTNAME = 128
    SHORT_TAIL = 29                 # of a process entry
    CONTAINER_JSON = 324            # type of the events that lead a written capture

cdef enum Limits:
    EVENT_LIMIT = 65544             # bytes of an ordinary event block: the real readers' limit
    LARGE_LIMIT = 1 << 24           # of a large one: ours
    METADATA_LIMIT = 1 << 26        # of any other block that is kept: ours
    ENTRIES_LIMIT = 1 << 28         # what all entries of one section may cost in memory: ours
    SHORT_TEXT = 1024               # comm, exe, exepath, cwd, root
    LONG_TEXT = 4096                # args, env, cgroups
    FD_NAME = 1023
    INTERFACE_NAME = 1023
    USER_TEXT = 255
