/* What happens to a task without a call of its own: signals, page faults, switches. These come so often that each is attached only while
 * somebody wants it (live/wanted.py); until then a loaded program costs nothing. Their events are a few numbers, so they are written where
 * they stay, in the ring, and need no scratch.
 *
 * LATER(tracepoint)  a program that the loader loads and live/probe.py attaches
 */
#define LATER(name) int later_##name(struct bpf_raw_tracepoint_args *ctx)
struct few { u8 *at; u32 np, pos; };

/* Of `np` parameters of `bytes` in all, both constants; `at` is 0 when the ring is full. */
static __always_inline int begin_few(struct few *f, u32 type, u32 np, u32 bytes) {
    u32 z = 0, n = LENS_AT + 2 * np + bytes, size = ((n + 3) & ~3) + 4;
    struct stat_t *s = stat_of(type);
    struct conf_t *c = conf.lookup(&z);
    f->at = 0;
    if (!s || !c) return 0;
    s->produced++;
    f->at = events.ringbuf_reserve(size);
    if (!f->at) { s->dropped++; return 0; }
    *(u32 *)(f->at + size - 8) = 0;                            /* padding */
    *(u32 *)(f->at + size - 4) = size;
    *(u32 *)f->at = BLOCK;
    *(u32 *)(f->at + 4) = size;
    *(u16 *)(f->at + CPU_AT) = bpf_get_smp_processor_id();
    *(u64 *)(f->at + EVENT_AT) = c->boot_ns + bpf_ktime_get_boot_ns();
    *(u64 *)(f->at + EVENT_AT + 8) = TID;
    *(u32 *)(f->at + EVENT_AT + 16) = n - EVENT_AT;
    *(u16 *)(f->at + EVENT_AT + 20) = type;
    *(u32 *)(f->at + EVENT_AT + 22) = np;
    f->np = 0;
    f->pos = LENS_AT + 2 * np;
    return 1;
}
#define FEW(N, T) static __always_inline int N(struct few *f, T v) { \
    *(u16 *)(f->at + LENS_AT + 2 * f->np) = sizeof(T); *(T *)(f->at + f->pos) = v; f->np++; f->pos += sizeof(T); return 0; }
FEW(few8, u8) FEW(few32, u32) FEW(few64, u64)
static __always_inline int end_few(struct few *f) {
    u32 z = 0;
    struct conf_t *c = conf.lookup(&z);
    events.ringbuf_submit(f->at, c ? wake(c, LANE_EVENTS) : 0);
    return 0;
}

/* -- signals ------------------------------------------------------------------------------------------------------------
 * Whose it is stands at one place, whatever the kind, where the kernel or the sender put it: as a number of the receiver's namespace.
 * A sender by rt_sigqueueinfo may write there what it likes. */
#define CHILD 17                 /* SIGCHLD */
enum { BY_CHILD_LEAST = 1, BY_CHILD_MOST = 6, BY_KILL = 0, BY_QUEUE = -1, BY_MESSAGE = -3, BY_TKILL = -6 };
static __always_inline u32 sender(u64 signal, u64 info) {
    s32 code = RD(s32, info, kernel_siginfo_code);
    int told = code == BY_KILL || code == BY_QUEUE || code == BY_MESSAGE || code == BY_TKILL;
    if (!told && !(signal == CHILD && code >= BY_CHILD_LEAST && code <= BY_CHILD_MOST)) return 0;
    return RD(u32, info, kernel_siginfo_pid);
}
LATER(signal_deliver) {                                        /* signal, its information, its handling */
    struct few f;
    if (!watched() || !begin_few(&f, EV_SIGNALDELIVER_E, NP_SIGNALDELIVER_E, 8 + 8 + 1)) return 0;
    few64(&f, sender(ctx->args[0], ctx->args[1]));
    few64(&f, TID);
    few8(&f, ctx->args[0]);
    return end_few(&f);
}

/* -- page faults ---------------------------------------------------------------------------------------------------------
 * Only x86-64 has these tracepoints. */
static __always_inline u32 fault_flags(u64 code) {
    u32 out = code & 1 ? pf_flags_PROTECTION_VIOLATION : pf_flags_PAGE_NOT_PRESENT;
    out |= code & 2 ? pf_flags_WRITE_ACCESS : pf_flags_READ_ACCESS;
    out |= code & 4 ? pf_flags_USER_FAULT : pf_flags_SUPERVISOR_FAULT;
    return out | MOVE(code, 8, pf_flags_RESERVED_PAGE) | MOVE(code, 16, pf_flags_INSTRUCTION_FETCH);
}
static __always_inline int fault(struct bpf_raw_tracepoint_args *ctx) {     /* address, registers, error code */
    struct few f;
    u64 ip = 0;
    if (!watched() || !begin_few(&f, EV_PAGE_FAULT_E, NP_PAGE_FAULT_E, 8 + 8 + 4)) return 0;
    bpf_probe_read_kernel(&ip, 8, (void *)(ctx->args[1] + IP_AT));
    few64(&f, ctx->args[0]);
    few64(&f, ip);
    few32(&f, fault_flags(ctx->args[2]));
    return end_few(&f);
}
LATER(page_fault_user) { return fault(ctx); }
LATER(page_fault_kernel) { return fault(ctx); }

/* -- switches -------------------------------------------------------------------------------------------------------------
 * The event is that of the task which leaves the processor. That an idle processor turns to firmer is not told: it would, as often as firmer
 * looks whether something was told. */
LATER(sched_switch) {                                          /* preempted, the task that leaves, the one that comes */
    u64 task = bpf_get_current_task(), next = ctx->args[2], mm = RD(u64, task, task_struct_mm), kb = PAGE / 1024;
    struct few f;
    if (!watched() || (!TID && is_own(RD(u32, next, task_struct_tgid)))) return 0;
    if (!begin_few(&f, EV_SCHEDSWITCH_6_E, NP_SCHEDSWITCH_6_E, 3 * 8 + 3 * 4)) return 0;
    few64(&f, RD(u32, next, task_struct_pid));
    few64(&f, RD(u64, task, task_struct_maj_flt));
    few64(&f, RD(u64, task, task_struct_min_flt));
    few32(&f, mm ? RD(u64, mm, mm_struct_total_vm) * kb : 0);
    few32(&f, mm ? resident(mm) * kb : 0);
    few32(&f, mm ? pages_of(mm, MM_SWAP) * kb : 0);
    return end_few(&f);
}
