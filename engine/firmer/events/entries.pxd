"""Entries of the lists before a capture's events: compiled, as there are thousands of them."""

from libc.stdint cimport int64_t, uint64_t


cdef class Entry:
    pass


cdef class ThreadEntry(Entry):
    cdef public int64_t tid, pid, ptid, sid, vpgid
    cdef public bytes comm, exe, exepath, args, cwd
    cdef public int64_t fdlimit, flags, uid, gid
    cdef public int64_t vmsize_kb, vmrss_kb, vmswap_kb
    cdef public uint64_t pfmajor, pfminor
    cdef public bytes env
    cdef public int64_t vtid, vpid
    cdef public bytes cgroups, root
    cdef public uint64_t pidns_init_start_ts
    cdef public int64_t tty, loginuid
    cdef public int exe_writable
    cdef public uint64_t cap_inheritable, cap_permitted, cap_effective
    cdef public int exe_upper_layer
    cdef public uint64_t exe_ino, exe_ino_ctime, exe_ino_mtime
    cdef public int exe_from_memfd, exe_lower_layer
    cdef public int64_t pgid
    cdef public uint64_t clone_ts
    cdef public int64_t maker


cdef class FdEntry(Entry):
    cdef public int64_t fd
    cdef public int type
    cdef public uint64_t ino
    cdef public bytes name
    cdef public int64_t open_flags, dev
    cdef public bytes sip, dip
    cdef public int sport, dport, l4proto
    cdef public uint64_t source, destination
    cdef public bint bare
    cdef public int role
