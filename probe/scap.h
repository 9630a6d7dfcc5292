/* Writing one event in scap layout from the kernel. Everything else in this folder builds on it.
 *
 * How a program for a system call looks (the loader finds it by its name; it serves the call of that name on every ABI):
 *
 *     CALL(fchmod) {
 *         EVENT(SYSCALL_FCHMOD_X);                 // `a`: the event under construction; returns when there is none
 *         put64(a, a->ret);
 *         put_fd(a, a->arg[0]);
 *         put32(a, chmod_mode(a->arg[1]));
 *         return end(a);
 *     }
 *
 *   a->arg[0..5]      the call's arguments, zero-extended in 32-bit calls; a->ret its result
 *   a->compat         COMPAT_NONE, or the caller's structures have 32-bit pointers and longs (COMPAT_IA32, COMPAT_X32)
 *   a->task           the current task_struct
 *   put8 … put64      a number; put_fd a descriptor argument (32 bits, signed); put_none an absent parameter
 *   put_user_str      a NUL-terminated string of the caller; put_kernel_str one of the kernel
 *   put_user_mem      bytes of the caller, at most `max`
 *   put_data          I/O data, at most the snap length
 *   begin_param … end_param  a parameter of several pieces: write at `at(a)`, move with `skip`
 *   more_params       one or more parameters behind those that the table knows (before the first put)
 *   end / end_life    sends; `life` is the lane of rare events that change state or matter most: exec, fork, exit, connect, setuid …
 *   RD(T, base, F)    field F (OFF_F comes from BTF, see live/fields.txt) of a kernel struct
 *   STEP(name)        a program that others end in by `step(ctx, STEP_name)`, so that heavy code is compiled and verified once
 *   a->regs[NUMBER_AT]   the call's number
 * A call tells its end; what it tells of its beginning, where somebody asks for that, is declared: enters.h, enters.json.
 * Headers behind this one: path.h (paths of files), task.h (facts of a task), socket.h (addresses, tuples), flags.h (scap's flag values).
 *
 * Rules of BCC and the verifier: map methods never inside a macro; helpers are inlined and return int; every position is masked at
 * each store; inside a loop send the position through FORGET, what branches left behind through OPAQUE; `&buf[0]`, never the bare array, as an argument of a map method.
 */
#define MAXEV 65536
#define EVMASK (MAXEV - 1)
#define PATHSZ 4096
#define PATHMASK (PATHSZ - 1)
#define BLOCK 0x216              /* EV_BLOCK_TYPE_V2: no event from here has a large payload */
#define CPU_AT 8                 /* block type, total length, cpu, event: */
#define EVENT_AT 10
#define LENS_AT (EVENT_AT + 26)
#define STAT_TYPES 512

enum { COMPAT_NONE, COMPAT_IA32, COMPAT_X32 };
enum { WATCH_NOTHING, WATCH_ALL, WATCH_TREE, WATCH_CGROUP };
enum { LANE_EVENTS, LANE_LIFE, LANES };
/* One scratch per CPU and attached program: different programs may nest, one never with itself. */
enum { AT_CALL, AT_ENTER, AT_EXEC, AT_FORK, AT_EXIT, AT_SUBMIT, AT_COMPLETE, SCRATCHES };

struct aux {
    u32 pos, np, p, compat;
    u32 type, unread, start, path_at, path_len, claim_len;
    u64 arg[6];
    s64 ret;
    u64 task, opaque, total;
    u64 tid, given;              /* given: the arguments are not the registers', as in socketcall and io_uring */
    u64 file;                    /* of a direct descriptor of io_uring */
    u64 over, told;              /* silent operations of io_uring are told first, then `resume`: io_uring_silent.h */
    u32 settling, settled, resume, refused;
    u64 owner;                   /* the task whose event this is, 0: nobody's */
    u64 regs[REGS];
    u8 buf[2 * MAXEV];           /* a store at a masked position may reach behind MAXEV */
    u8 path[2 * PATHSZ];
    u8 claim[2 * PATHSZ];
};
struct stat_t { u64 produced, dropped, big, unread; };     /* a CPU and event type; live/probe.py reads them */
struct conf_t {                                            /* live/probe.py writes it */
    u64 boot_ns;                 /* epoch of the boot clock */
    u32 sleeping[LANES];         /* 1: wake the reader of this lane at the next event */
    u32 snaplen, own_tgid, mode, cgroup_level;
    u64 cgroup;
    u64 unwatched;               /* written here: children that found no room in `watch` */
    u32 keeper_tgid, silent;     /* the process that looks at the host for us; written here: silent operations of io_uring under way */
    u64 unfollowed;              /* written here: silent operations that found no room */
    u32 mounts, overrun;         /* number of the host's mount namespace; written here: programs that found their scratch in use */
    u64 wanted[CALLS / 64];      /* bits of the numbers that have a slot in any ABI: most calls of a machine end here */
};
BPF_RINGBUF_OUTPUT(events, 1);                             /* the loader gives these two and `watch` the sizes that were asked for */
BPF_RINGBUF_OUTPUT(life, 1);
BPF_F_TABLE("array", u32, struct conf_t, conf, 1, 1 << 10);                          /* 1 << 10: may be mapped */
BPF_F_TABLE("array", u32, struct stat_t, stats, NCPU * STAT_TYPES, 1 << 10);
BPF_ARRAY(scratch, struct aux, NCPU * SCRATCHES);          /* not PERCPU_ARRAY: its values end at 32 KB */
BPF_HASH(watch, u32, u8, 64);                         /* thread groups to report */

#define RD(T, base, F) ({ T _v = 0; bpf_probe_read_kernel(&_v, sizeof(_v), (char *)(base) + OFF_##F); _v; })
/* clang deletes a mask that it can prove useless, and the verifier then cannot prove it needless: hide the value */
#define CLIP(x, m) ({ u64 _x = (x); asm volatile("" : "+r"(_x)); _x & (m); })
/* A trip through the map makes the verifier forget what it knows of x, so that all paths meet at a loop's head in one state:
 * 20 times fewer verified instructions. */
#define FORGET(a, x) ({ *(volatile u32 *)&(a)->p = (x); *(volatile u32 *)&(a)->p; })
/* The same for any number: where facts of several branches would multiply, each is sent through once. */
#define OPAQUE(a, x) ({ *(volatile u64 *)&(a)->opaque = (x); *(volatile u64 *)&(a)->opaque; })
#define TGID ((u32)(bpf_get_current_pid_tgid() >> 32))
#define TID ((u32)bpf_get_current_pid_tgid())
#define PROGRAM(name) \
    static __always_inline int body_of_##name(struct bpf_raw_tracepoint_args *ctx); \
    int name(struct bpf_raw_tracepoint_args *ctx) { body_of_##name(ctx); return after(ctx); } \
    static __always_inline int body_of_##name(struct bpf_raw_tracepoint_args *ctx)
#define CALL(name) PROGRAM(sys_##name)
#define STEP(name) PROGRAM(step_##name)                  /* STEP_name comes from the loader */
#define EVENT(TYPE) struct aux *a = begin_call(ctx, EV_##TYPE, NP_##TYPE); if (!a) return 0

/* -- tail calls ------------------------------------------------------------------------------------------------------- */
BPF_PROG_ARRAY(calls, CALLS);
BPF_PROG_ARRAY(calls32, CALLS);
BPF_PROG_ARRAY(steps, 16);
static __always_inline int step(void *ctx, u32 which) { steps.call(ctx, which); return 0; }
static __always_inline struct aux *scratch_of(u32 kind) {
    u32 i = kind * NCPU + bpf_get_smp_processor_id();
    return scratch.lookup(&i);
}
/* Id of the current task's control group at a level of the unified hierarchy, 0: it stands higher. */
static __always_inline u64 group_above(u32 level) {
#ifdef OFF_cgroup_ancestor_ids
    /* before 6.1: older ones of these have no such helper for tracepoints */
    u64 id = 0, group = RD(u64, RD(u64, bpf_get_current_task(), task_struct_cgroups), css_set_dfl_cgrp);
    if (level <= RD(u32, group, cgroup_level)) bpf_probe_read_kernel(&id, 8, (void *)(group + OFF_cgroup_ancestor_ids + 8 * (u64)level));
    return id;
#else
    return bpf_get_current_ancestor_cgroup_id(level);
#endif
}
static __always_inline int watched(void) {
    u32 z = 0, tgid = TGID;
    struct conf_t *c = conf.lookup(&z);
    if (!c || tgid == c->own_tgid || tgid == c->keeper_tgid) return 0;
    if (c->mode == WATCH_TREE) return watch.lookup(&tgid) != 0;
    if (c->mode == WATCH_CGROUP) return group_above(c->cgroup_level) == c->cgroup;
    return c->mode == WATCH_ALL;
}
static __always_inline int is_own(u32 tgid) {
    u32 z = 0;
    struct conf_t *c = conf.lookup(&z);
    return c && (tgid == c->own_tgid || tgid == c->keeper_tgid);
}
static __always_inline int is_wanted(u64 slot) {          /* in any ABI */
    u32 z = 0;
    struct conf_t *c = conf.lookup(&z);
    return c && slot < CALLS && c->wanted[(slot & (CALLS - 1)) >> 6] >> (slot & 63) & 1;
}
static __always_inline int watch_child(u32 tgid) {       /* children of a watched tree belong to it */
    u32 z = 0;
    u8 one = 1;
    struct conf_t *c = conf.lookup(&z);
    if (c && c->mode == WATCH_TREE && tgid != TGID && watch.update(&tgid, &one)) c->unwatched++;
    return 0;
}
static __always_inline struct aux *begin(u32 kind, u16 type, u32 np, u64 tid) {
    u32 z = 0;
    struct aux *a = scratch_of(kind);
    struct conf_t *c = conf.lookup(&z);
    if (!a || !c) return 0;
    *(u32 *)a->buf = BLOCK;
    *(u16 *)(a->buf + CPU_AT) = bpf_get_smp_processor_id();
    *(u64 *)(a->buf + EVENT_AT) = c->boot_ns + bpf_ktime_get_boot_ns();
    *(u64 *)(a->buf + EVENT_AT + 8) = tid;
    *(u16 *)(a->buf + EVENT_AT + 20) = type;
    *(u32 *)(a->buf + EVENT_AT + 22) = np;
    a->pos = LENS_AT + 2 * np;
    a->np = a->unread = 0;
    a->type = type;
    a->task = bpf_get_current_task();
    return a;
}
static __always_inline struct aux *begin_call(struct bpf_raw_tracepoint_args *ctx, u16 type, u32 np) {
    struct aux *a = scratch_of(AT_CALL);
    if (!a) return 0;
    if (!a->given) a->tid = TID;
    begin(AT_CALL, type, np, a->tid);
    if (a->given) return a;
    a->ret = ctx->args[1];
    arguments(a->regs, a->arg, (void *)ctx->args[0], a->compat == COMPAT_IA32);
    return a;
}
static __always_inline int more_params(struct aux *a, u32 n) {
    *(u32 *)(a->buf + EVENT_AT + 22) += n;
    a->pos += 2 * n;
    return 0;
}

/* -- parameters ------------------------------------------------------------------------------------------------------- */
static __always_inline u8 *at(struct aux *a) { return a->buf + (a->pos & EVMASK); }
static __always_inline int skip(struct aux *a, u32 n) { a->pos += n; return 0; }
static __always_inline int len_(struct aux *a, u16 n) {
    *(u16 *)(a->buf + LENS_AT + 2 * (a->np & 63)) = n;
    a->np++;
    return 0;
}
static __always_inline int begin_param(struct aux *a) { a->start = a->pos; return 0; }
static __always_inline int end_param(struct aux *a) { return len_(a, a->pos - a->start); }
static __always_inline int put_none(struct aux *a) { return len_(a, 0); }
#define PUT(N, T) static __always_inline int N(struct aux *a, T v) { *(T *)at(a) = v; a->pos += sizeof(T); return len_(a, sizeof(T)); }
#define PIECE(N, T) static __always_inline int N(struct aux *a, T v) { *(T *)at(a) = v; a->pos += sizeof(T); return 0; }
PUT(put8, u8) PUT(put16, u16) PUT(put32, u32) PUT(put64, u64)
PIECE(piece8, u8) PIECE(piece16, u16) PIECE(piece32, u32) PIECE(piece64, u64)
static __always_inline int put_fd(struct aux *a, u64 fd) { return put64(a, (s64)(s32)fd); }

/* A pointer that cannot be read (a page that is not there) gives an absent parameter and counts as unread. */
static __always_inline int put_kernel_str(struct aux *a, u64 p, u32 max) {
    s32 n = p ? bpf_probe_read_kernel_str(at(a), max, (void *)p) : 0;
    if (n < 0 || n > (s32)max) n = 0;
    a->pos += n;
    return len_(a, n);
}
/* A string of the caller with its NUL, at most PATHSZ; 0: it cannot be read. */
static __always_inline u32 copy_user_str(struct aux *a, u8 *to, u64 p) {
    s32 n = p ? bpf_probe_read_user_str(to, PATHSZ, (void *)p) : 0;
    if (n < 0 || n > PATHSZ) { n = 0; a->unread++; }
    else if (p && !n) { *to = 0; n = 1; }                      /* older kernels (5.10, 6.1) do not count the end of an empty one */
    return n;
}
static __always_inline int put_user_str(struct aux *a, u64 p) {
    u32 n = copy_user_str(a, at(a), p);
    a->pos += n;
    return len_(a, n);
}
/* `n` bytes of the caller, at most `max` (a power of two minus one); when the whole cannot be read, what its first page holds */
static __always_inline u32 copy_user(struct aux *a, u64 p, u64 n, u32 max) {
    u32 m = n > max ? max : n;
    m = CLIP(m, max);
    if (!p || !m) return 0;
    if (bpf_probe_read_user(at(a), m, (void *)p) == 0) { a->pos += m; return m; }
    a->unread++;
    u32 page = PAGE - (p & (PAGE - 1));
    if (page >= m) return 0;
    m = CLIP(page, max);
    if (bpf_probe_read_user(at(a), m, (void *)p)) return 0;
    a->pos += m;
    return m;
}
static __always_inline int put_user_mem(struct aux *a, u64 p, u64 n, u32 max) { return len_(a, copy_user(a, p, n, max)); }
static __always_inline u32 snaplen(void) {
    u32 z = 0;
    struct conf_t *c = conf.lookup(&z);
    return c ? c->snaplen : 0;
}
static __always_inline int put_data(struct aux *a, u64 p, s64 n) {
    u32 snap = snaplen();
    if (n < 0) n = 0;
    return len_(a, copy_user(a, p, n > snap ? snap : n, 0x7fff));
}

/* Kernels of 7.x seem to switch tasks in the midst of a program. They do not begin the same one on that processor meanwhile; others that build
 * their events in the same place must not either. Who waits for long takes it over: nobody comes back. */
#define PATIENCE 100000
static __always_inline int take_scratch(void) {
    struct aux *a = scratch_of(AT_CALL);
    u64 task = bpf_get_current_task();
    u32 z = 0;
    if (!a) return 0;
    if (a->owner && a->owner != task && a->refused++ < PATIENCE) {
        struct conf_t *c = conf.lookup(&z);
        if (c) __sync_fetch_and_add(&c->overrun, 1);
        return 0;
    }
    a->refused = 0;
    a->settling = 0;
    a->owner = task;
    return 1;
}
static __always_inline int give_scratch(void) {          /* where nothing was ended in */
    struct aux *a = scratch_of(AT_CALL);
    if (a) a->owner = 0;
    return 0;
}
/* What a program that others end in goes on with: the next silent operation of io_uring, where such are being told. */
static __always_inline int after(struct bpf_raw_tracepoint_args *ctx) {
    struct aux *a = scratch_of(AT_CALL);
    if (!a || a->owner != bpf_get_current_task()) return 0;
#ifdef IO_URING
    if (a->settling) step(ctx, STEP_settle);
#endif
    a->owner = 0;
    return 0;
}
/* The scratch of a step that both a call and a tracepoint end in: only a tracepoint of the scheduler has the task as its first argument. */
static __always_inline struct aux *scratch_of_step(struct bpf_raw_tracepoint_args *ctx, u32 tracepoint) {
    return scratch_of(ctx->args[0] == bpf_get_current_task() ? tracepoint : AT_CALL);
}

/* -- sending ---------------------------------------------------------------------------------------------------------- */
/* The reader sets the flag before it sleeps; the first event takes it back and wakes once. */
static __always_inline u64 wake(struct conf_t *c, u32 lane) {
    if (!c->sleeping[lane]) return 1;                          /* BPF_RB_NO_WAKEUP */
    c->sleeping[lane] = 0;
    return 2;                                                  /* BPF_RB_FORCE_WAKEUP */
}
static __always_inline u64 seal(struct aux *a, u32 lane, struct stat_t *s, u32 *size) {
    u32 z = 0, n = a->pos;
    struct conf_t *c = conf.lookup(&z);
    s->produced++;
    s->unread += a->unread;
    *size = 0;
    if (!c) return 0;
    if (n > MAXEV - 8) { s->big++; return 0; }                 /* the real readers take blocks of 65,544 bytes */
    *(u32 *)(a->buf + EVENT_AT + 16) = n - EVENT_AT;
    *(u32 *)(a->buf + CLIP(n, EVMASK)) = 0;                    /* padding */
    n = (n + 3) & ~3;
    *(u32 *)(a->buf + CLIP(n, EVMASK)) = n + 4;
    n += 4;
    *(u32 *)(a->buf + 4) = n;
    *size = CLIP(n, 2 * MAXEV - 1);
    return wake(c, lane);
}
static __always_inline struct stat_t *stat_of(u32 type) {
    u32 i = bpf_get_smp_processor_id() * STAT_TYPES + (type & (STAT_TYPES - 1));
    return stats.lookup(&i);
}
static __always_inline int end(struct aux *a) {
    u32 n;
    struct stat_t *s = stat_of(a->type);
    if (!s) return 0;
    u64 wake = seal(a, LANE_EVENTS, s, &n);
    n = CLIP(n, 2 * MAXEV - 1);
    if (n && events.ringbuf_output(&a->buf[0], n, wake)) s->dropped++;
    return 0;
}
static __always_inline int end_life(struct aux *a) {
    u32 n;
    struct stat_t *s = stat_of(a->type);
    if (!s) return 0;
    u64 wake = seal(a, LANE_LIFE, s, &n);
    n = CLIP(n, 2 * MAXEV - 1);
    if (n && life.ringbuf_output(&a->buf[0], n, wake)) s->dropped++;
    return 0;
}
