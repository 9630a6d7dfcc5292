/* Beginnings of calls, for who measures the time between or asked to see them: the program on sys_enter is made by generate_calls.py
 * from enters.json, and attached only then. What it needs besides the sources of calls.h: parameters that an end knows in another way.
 */
/* What a call begins with, by native number, then by 32-bit number; 0: nothing. The event's type, the capture's code of the call << 16,
 * its case in the generated program << 32, ENTERS. */
BPF_F_TABLE("array", u32, u64, enters, 2 * CALLS, 1 << 10);
#define ENTERS (1ULL << 63)
#define CASE(fact) ((u16)((fact) >> 32))
#define CODE 0                   /* of regs, which nobody needs any more once the arguments are taken */

static __always_inline struct aux *begin_enter(struct bpf_raw_tracepoint_args *ctx, u64 *fact) {
    u64 nr = CALL_NUMBER(ctx->args[0]), slot = nr & ~(u64)X32_BIT;
    if (!is_wanted(slot) || !watched()) return 0;
    int is_ia32 = (IS_32BIT(bpf_get_current_task())) != 0;
    u32 i = (slot & (CALLS - 1)) + (is_ia32 ? CALLS : 0);
    u64 *known = enters.lookup(&i);
    if (!known || !*known) return 0;
    *fact = *known;
    struct aux *a = begin(AT_ENTER, *known, 0, TID);
    if (!a) return 0;
    a->compat = is_ia32 ? COMPAT_IA32 : nr == slot ? COMPAT_NONE : COMPAT_X32;
    a->ret = 0;
    arguments(a->regs, a->arg, (void *)ctx->args[0], is_ia32);
    a->regs[CODE] = *known >> 16 & 0xffff;
    a->regs[NUMBER_AT] = slot;
    return a;
}
static __always_inline int put_call(struct aux *a) { put16(a, a->regs[CODE]); return put16(a, a->regs[NUMBER_AT]); }

/* -- files, memory ------------------------------------------------------------------------------------------------------ */
static __always_inline int put_open_mode(struct aux *a) { return put32(a, create_mode(a->arg[1], a->arg[2])); }
static __always_inline int put_openat_mode(struct aux *a) { return put32(a, create_mode(a->arg[2], a->arg[3])); }
static __always_inline int put_position(struct aux *a) { return put64(a, a->compat == COMPAT_IA32 ? a->arg[4] << 32 | a->arg[3] : a->arg[3]); }
static __always_inline u64 sum_of(struct aux *a, u64 vectors, u64 count) {           /* bytes in a caller's vectors, of the first PARTS */
    u32 wide = a->compat ? 4 : 8, n = count > PARTS ? PARTS : count;
    u64 total = 0;
    for (u32 i = 0; i < PARTS; i++) {
        if (i >= FORGET(a, n)) break;
        total += caller_long(vectors + (2 * i + 1) * wide, a->compat);
    }
    return total;
}
static __always_inline int put_vector_size(struct aux *a) { return put32(a, sum_of(a, a->arg[1], a->arg[2])); }
static __always_inline int put_asked(struct aux *a) {                                /* descriptors to be polled, with what is asked of each */
    u32 n = (u32)a->arg[1] > POLLED ? POLLED : a->arg[1];
    u64 from = a->arg[0];                                                            /* read in the loop, clang would begin the loop in its middle */
    begin_param(a);
    piece16(a, n);
    for (u32 i = 0; i < POLLED; i++) {
        if (i >= FORGET(a, n)) break;
        u64 v = user_number(a, from, 8 * i, 8);                                      /* s32 fd, u16 asked, u16 answered */
        piece64(a, (s64)(s32)v);
        piece16(a, poll_flags((u16)(v >> 32)));
    }
    return end_param(a);
}

/* -- sockets ------------------------------------------------------------------------------------------------------------ */
static __always_inline int put_goal(struct aux *a) {                                 /* of connect */
    read_address(a, a->arg[1], a->arg[2]);
    return put_address(a);
}
static __always_inline int put_receiver(struct aux *a) {                             /* of sendto */
    read_address(a, a->arg[4], a->arg[5]);
    return put_tuple(a, sock_of(a, (s32)a->arg[0]), OUTBOUND);
}
static __always_inline int put_message(struct aux *a) {                              /* of sendmsg: size, both ends */
    u32 wide = a->compat ? 4 : 8;
    u64 header = a->arg[1];
    put32(a, sum_of(a, caller_long(header + 2 * wide, a->compat), caller_long(header + 3 * wide, a->compat)));
    a->arg[4] = caller_long(header, a->compat);
    a->arg[5] = (u32)caller_long(header + wide, 1);
    return put_receiver(a);
}
