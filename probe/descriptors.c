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
