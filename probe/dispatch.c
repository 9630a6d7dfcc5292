/* By native number, then by 32-bit number: what the capture calls it. */
BPF_F_TABLE("array", u32, u64, codes, 2 * CALLS, 1 << 10);

/* sys_exit: number to program by a tail call. An empty slot is the filter: nobody wants the call. */
STEP(call) {
    u64 nr = CALL_NUMBER(ctx->args[0]), slot = nr & ~(u64)X32_BIT;
    struct aux *a = scratch_of(AT_CALL);
    if (!a || !is_wanted(slot)) return 0;
    a->given = 0;
    if (IS_32BIT(bpf_get_current_task())) {
        a->compat = COMPAT_IA32;
        if (nr < CALLS) calls32.call(ctx, nr);
        return 0;
    }
    a->compat = nr == slot ? COMPAT_NONE : COMPAT_X32;
    calls.call(ctx, slot);
    return 0;
}
RAW_TRACEPOINT_PROBE(sys_exit) {
    if (!is_wanted(CALL_NUMBER(ctx->args[0]) & ~(u64)X32_BIT) && !any_silent()) return 0;
    if (!watched() || !take_scratch()) return 0;
    silent() ? settle_first(ctx, STEP_call, 0) : body_of_step_call(ctx);
    return give_scratch();
}
/* Any call without a program of its own. */
CALL(generic) {
    EVENT(GENERIC_X);
    u32 nr = (u32)a->regs[NUMBER_AT] & ~X32_BIT, i = (nr & (CALLS - 1)) + (a->compat == COMPAT_IA32 ? CALLS : 0);
    u64 *code = codes.lookup(&i);
    put16(a, code ? *code : 0);
    put16(a, nr);
    return end(a);
}
