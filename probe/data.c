/* Calls that move data: the data, up to the snap length, and how much was asked. Their sources are in calls.json, family "data". */
enum { IN = 1, VECTOR = 2, AT_POSITION = 4, SIZE_FIRST = 8, OF_PROCESS = 16, POLL = 32, TIMESPEC = 64 };

/* Descriptors that were polled, with what came of each */
static __always_inline int put_polled(struct aux *a) {
    u32 n = (u32)a->arg[1] > POLLED ? POLLED : a->arg[1];
    begin_param(a);
    piece16(a, n);
    for (u32 i = 0; i < POLLED; i++) {
        if (i >= FORGET(a, n)) break;                    /* else clang knows that n is enough of a bound, and the verifier does not */
        u64 v = user_number(a, a->arg[0], 8 * i, 8);     /* s32 fd, u16 asked, u16 answered */
        piece64(a, (s64)(s32)v);
        piece16(a, poll_flags(v >> 48));
    }
    return end_param(a);
}
#define KIND(TYPE, WHAT) shape(a, EV_SYSCALL_##TYPE, NP_SYSCALL_##TYPE, 0); what = (WHAT); break

CALL(data) {
    struct aux *a = begin_call(ctx, 0, 0);
    if (!a) return 0;
    u32 what = 0, old_time = 0;
    switch (number(a)) {
    ON_SYSCALL_READ_X: KIND(READ_X, IN);
    ON_SYSCALL_WRITE_X: KIND(WRITE_X, 0);
    ON_SYSCALL_PREAD_X: KIND(PREAD_X, IN | AT_POSITION);
    ON_SYSCALL_PWRITE_X: KIND(PWRITE_X, AT_POSITION);
    ON_SYSCALL_READV_X: KIND(READV_X, IN | VECTOR | SIZE_FIRST);
    ON_SYSCALL_WRITEV_X: KIND(WRITEV_X, VECTOR);
    ON_SYSCALL_PREADV_X: KIND(PREADV_X, IN | VECTOR | SIZE_FIRST | AT_POSITION);
    ON_SYSCALL_PWRITEV_X: KIND(PWRITEV_X, VECTOR | AT_POSITION);
    ON_SYSCALL_PROCESS_VM_READV_X: KIND(PROCESS_VM_READV_X, IN | VECTOR | OF_PROCESS);
    ON_SYSCALL_PROCESS_VM_WRITEV_X: KIND(PROCESS_VM_WRITEV_X, IN | VECTOR | OF_PROCESS);
    ON_SYSCALL_POLL_X: KIND(POLL_X, POLL);
    ON_IA32_ppoll: old_time = 1;
    ON_SYSCALL_PPOLL_X: KIND(PPOLL_X, POLL | TIMESPEC);
    default: return 0;
    }
    a->type = *(u16 *)(a->buf + EVENT_AT + 20);
    what = FORGET(a, what);                              /* one path for the verifier instead of one a call */
    put64(a, a->ret);
    if (what & POLL) {
        put_polled(a);
        if (what & TIMESPEC) {
            put64(a, old_time ? user_time(a, a->arg[2], 0, 4) : user_time(a, a->arg[2], 0, 8));
            put32(a, user_number(a, a->arg[3], 0, 4));
        } else put64(a, (s64)(s32)a->arg[2]);
        return end(a);
    }
    s64 moved = a->ret > 0 ? a->ret : 0;
    if (what & SIZE_FIRST) put32(a, moved);
    if (what & OF_PROCESS) put64(a, (s64)(s32)a->arg[0]);
    /* What came in; what went out, or should have. */
    if (what & VECTOR) put_vectors(a, a->arg[1], a->arg[2], what & IN || moved ? moved : ~0ULL, a->compat);
    else put_data(a, a->arg[1], what & IN || moved ? moved : a->arg[2]);
    if (what & OF_PROCESS) return end(a);
    put_fd(a, a->arg[0]);
    if (!(what & SIZE_FIRST)) put32(a, !(what & VECTOR) ? a->arg[2] : a->total > moved ? a->total : moved);     /* not all parts were looked at */
    if (what & AT_POSITION) put64(a, a->compat == COMPAT_IA32 ? a->arg[4] << 32 | a->arg[3] : a->arg[3]);
    return end(a);
}
