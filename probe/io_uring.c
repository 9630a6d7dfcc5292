/* io_uring: operations are told when they have completed. Arguments are kept from submission to completion; what tells no success
 * (IOSQE_CQE_SKIP_SUCCESS) is followed instead: io_uring_silent.h.
 */
#ifdef IO_URING
#define PROBE_AT(tracepoint) RAW_TRACEPOINT_PROBE(tracepoint)    /* so that the name is expanded first */
STEP(submit) {                           /* request */
    u64 req = ctx->args[0], task = bpf_get_current_task();
    u32 op = RD(u8, req, io_kiocb_opcode), flags = RD(u32, req, io_kiocb_flags), nr = wanted_call(op);
    if (!nr) return 0;
    struct operation o = {};
    struct ticket t = {RD(u64, req, io_kiocb_ctx), RD(u64, req, io_kiocb_cqe_user_data)};
    u64 fd = (s64)(s32)RD(u32, req, io_kiocb_cqe_fd);
    o.nr = nr - 1;
    o.tid = RD(u32, task, task_struct_flags) & IO_WORKER ? TGID : TID;       /* the kernel's own threads stand for the process */
    o.fixed = flags & FIXED_FILE;
    fill(&o, req, op, o.fixed ? direct(fd + 1, 0) : fd);
    if (op == OP_ACCEPT) io_repeated.update(&t, &o);
    if (flags & SKIP_SUCCESS) return follow(ctx, &o, req, op, fd);
    io_pending.update(&req, &o);
    return 0;
}
PROBE_AT(IO_URING) {
    if (!watched() || !take_scratch()) return 0;
    silent() ? settle_first(ctx, STEP_submit, ctx->args[0]) : body_of_step_submit(ctx);
    return give_scratch();
}
/* An open that others pushed out, or that began before anybody wanted it: its path is the file's; the caller's name has been given back. */
static __always_inline int recall(struct operation *o, u64 req) {
    u32 op = RD(u8, req, io_kiocb_opcode), nr = op == OP_OPENAT || op == OP_OPENAT2 ? wanted_call(op) : 0;
    if (!nr) return 0;
    o->nr = nr - 1;
    o->tid = TGID;
    fill(o, req, op, 0);
    o->arg[1] = 0;
    return 1;
}
static __always_inline int completed(struct bpf_raw_tracepoint_args *ctx) {      /* ring, request, cqe; before 6.15: ring, request, user_data, res, flags */
    u64 req = ctx->args[1];
#if IO_COMPLETE_ARGS == 3
    u64 data = RD(u64, ctx->args[2], io_uring_cqe_user_data);
    s64 result = (s32)RD(u32, ctx->args[2], io_uring_cqe_res);
#else
    u64 data = ctx->args[2];
    s64 result = (s32)ctx->args[3];
#endif
    struct ticket t = {ctx->args[0], data};
    struct operation *kept = req ? io_pending.lookup(&req) : io_repeated.lookup(&t), o = {};
    if (kept) o = *kept;
    else if (!req || !recall(&o, req)) return 0;
    if (req) io_pending.delete(&req);
    return tell(ctx, &o, ctx->args[0], req, result);
}
STEP(complete) {
    struct aux *a = scratch_of(AT_CALL);
    return a && a->told && a->told == ctx->args[1] ? 0 : completed(ctx);     /* it had failed, which is not silent */
}
RAW_TRACEPOINT_PROBE(io_uring_complete) {
    if (!watched() || !take_scratch()) return 0;
    silent() ? settle_first(ctx, STEP_complete, ctx->args[1]) : completed(ctx);
    return give_scratch();
}
#endif
