/* Descriptors that are closed or copied. */
CALL(close) {
    EVENT(SYSCALL_CLOSE_X);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    return end(a);
}
CALL(close_range) {
    EVENT(SYSCALL_CLOSE_RANGE_X);
    put64(a, a->ret);
    put32(a, a->arg[0]);
    put32(a, a->arg[1]);
    put32(a, MOVE(a->arg[2], 2, close_range_flags_CLOSE_RANGE_UNSHARE) | MOVE(a->arg[2], 4, close_range_flags_CLOSE_RANGE_CLOEXEC));
    return end(a);
}
CALL(dup) {
    EVENT(SYSCALL_DUP_1_X);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    return end(a);
}
CALL(dup2) {
    EVENT(SYSCALL_DUP2_X);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put_fd(a, a->arg[1]);
    return end(a);
}
CALL(dup3) {
    EVENT(SYSCALL_DUP3_X);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put_fd(a, a->arg[1]);
    put32(a, made_flags(a->arg[2]));
    return end(a);
}
/* A sum, not a chain of conditions: clang would make a table of those, in a section that BCC does not load. */
#define ONE(kernel, name) (c == (kernel)) * fcntl_commands_##name
static __always_inline u32 fcntl_command(u64 c) {
    return ONE(0, F_DUPFD) + ONE(1, F_GETFD) + ONE(2, F_SETFD) + ONE(3, F_GETFL) + ONE(4, F_SETFL) + ONE(5, F_GETLK) + ONE(6, F_SETLK)
         + ONE(7, F_SETLKW) + ONE(8, F_SETOWN) + ONE(9, F_GETOWN) + ONE(10, F_SETSIG) + ONE(11, F_GETSIG) + ONE(12, F_GETLK64)
         + ONE(13, F_SETLK64) + ONE(14, F_SETLKW64) + ONE(15, F_SETOWN_EX) + ONE(16, F_GETOWN_EX) + ONE(36, F_OFD_GETLK)
         + ONE(37, F_OFD_SETLK) + ONE(38, F_OFD_SETLKW) + ONE(1024, F_SETLEASE) + ONE(1025, F_GETLEASE) + ONE(1026, F_NOTIFY)
         + ONE(1029, F_CANCELLK) + ONE(1030, F_DUPFD_CLOEXEC) + ONE(1031, F_SETPIPE_SZ) + ONE(1032, F_GETPIPE_SZ);
}
CALL(fcntl) {
    EVENT(SYSCALL_FCNTL_X);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put8(a, fcntl_command((u32)a->arg[1]));
    put64(a, a->arg[2]);
    return end(a);
}
