/* Operations of io_uring that are asked to keep their success silent (IOSQE_CQE_SKIP_SUCCESS). No tracepoint tells that one is done, but
 * the request does. So whatever the process does next that a program sees (any system call, any operation, the end) first has those
 * told that are done meanwhile: their descriptors cannot be used before. The programs of that event are ended in afterwards.
 */
#define NOTHING_MORE 0xff                /* to resume: no program has this number */
static __always_inline int any_silent(void) {
    u32 z = 0;
    struct conf_t *c = conf.lookup(&z);
    return c && *(volatile u32 *)&c->silent;
}
#ifdef IO_URING
#define QUIET 32                         /* such operations of one table of descriptors at a time */
#define SETTLED 7                        /* of them told in a row: a chain of tail calls has 33 links, and each takes up to four */
struct place { u64 files, at; };
/* `path`: flags of the kernel's that the request had, of what has no path `fd`: what stood where flags of the completion will */
struct quiet { struct operation o; u64 req, ring; u32 path, fd, tgid, unused; };
BPF_TABLE("hash", struct place, struct quiet, io_quiet, 2048);
BPF_TABLE("hash", u64, u64, io_quiets, 1024);            /* by table of descriptors: bits of the places that are taken */

static __always_inline u64 own_files(void) { return RD(u64, bpf_get_current_task(), task_struct_files); }
static __always_inline int silent(void) {        /* whether any is under way that the process could use */
    if (!any_silent()) return 0;
    u64 files = own_files(), *taken = io_quiets.lookup(&files);
    return taken && *taken;
}
/* over: a request that completes or is taken for another operation, 0: none */
static __always_inline int settle_first(struct bpf_raw_tracepoint_args *ctx, u32 resume, u64 over) {
    struct aux *a = scratch_of(AT_CALL);
    if (!a) return 0;
    a->settling = 1;
    a->settled = 0;
    a->over = over;
    a->told = 0;
    a->resume = resume;
    return step(ctx, STEP_settle);
}
/* by: 1 or -1; place: which of the table */
static __always_inline int count_silent(struct place *at, s64 by) {
    u32 z = 0;
    u64 *taken = io_quiets.lookup(&at->files);
    struct conf_t *c = conf.lookup(&z);
    if (taken) __sync_fetch_and_add(taken, by << (at->at & 63));
    if (c) __sync_fetch_and_add(&c->silent, (u32)by);
    return 0;
}
static __always_inline int count_unfollowed(void) {
    u32 z = 0;
    struct conf_t *c = conf.lookup(&z);
    if (c) __sync_fetch_and_add(&c->unfollowed, 1);
    return 0;
}
/* With its result, and the file where it is in no process's table */
static __always_inline int tell(void *ctx, struct operation *o, u64 ring, u64 req, s64 result) {
    u64 file = 0;
    if (o->slot && result >= 0) {
        u32 slot = o->slot == ANY_SLOT ? result : o->slot - 1;
        result = DIRECT + (u64)slot;
        file = direct_file(ring, slot);
    } else if (o->fixed && req) file = RD(u64, req, io_kiocb_file);
    return as_call(ctx, o, result, file);
}
static __always_inline int makes_descriptor(u32 op) { return op == OP_OPENAT || op == OP_OPENAT2 || op == OP_SOCKET || op == OP_ACCEPT; }
/* Keeps it until it is done. What finds no room, or could not be seen to be done, is told now: its name is a claim then, its descriptor unknown. */
static __always_inline int follow(void *ctx, struct operation *o, u64 req, u32 op, u64 fd) {
    struct place at = {own_files()};
    struct quiet q = {*o, req, RD(u64, req, io_kiocb_ctx), RD(u32, req, io_kiocb_flags) & ~OWN_FLAGS, fd, TGID};
    u64 none = 0, *taken = io_quiets.lookup_or_try_init(&at.files, &none);
    if (taken && (q.path || q.fd))
        for (int i = 0; i < QUIET; i++) {
            at.at = i;
            if (io_quiet.insert(&at, &q)) continue;
            return count_silent(&at, 1);
        }
    count_unfollowed();
    return as_call(ctx, o, makes_descriptor(op) ? UNKNOWN_FD : 0, 0);
}
/* The last thread of a process ends: what is left was broken off, or nobody asked for anything any more. */
static __always_inline int forget_silent(void) {
    struct place at = {own_files()};
    u64 *taken = io_quiets.lookup(&at.files);
    if (!taken) return 0;
    for (int i = 0; i < QUIET; i++) {
        at.at = i;
        struct quiet *q = io_quiet.lookup(&at);
        if (!q || q->tgid != TGID || io_quiet.delete(&at)) continue;
        count_silent(&at, -1);
        count_unfollowed();
    }
    if (!*taken) io_quiets.delete(&at.files);            /* another process may share the table */
    return 0;
}
/* A request with a path has a flag of the kernel's until it is done; one of a descriptor has that where, when it is done, flags of the
 * completion are. The result is written some instructions later, and read here after some hundred. */
static __always_inline int is_done(struct aux *a, struct quiet *q) {
    if (q->req == a->over) return 1;
    if (q->path) return !(RD(u32, q->req, io_kiocb_flags) & q->path);
    return RD(u32, q->req, io_kiocb_cqe_fd) != q->fd;
}
/* It failed, which is not silent: its completion tells. But of a chain that broke only the link at which it did. */
static __always_inline int is_to_complete(struct aux *a, struct quiet *q) {
    if (q->req == a->over || (s32)RD(u32, q->req, io_kiocb_cqe_res) >= 0) return 0;
    return !(RD(u32, q->req, io_kiocb_flags) & SKIP_SUCCESS);
}
STEP(settle) {
    struct aux *a = scratch_of(AT_CALL);
    if (!a) return 0;
    struct place at = {own_files()};
    u64 *taken = io_quiets.lookup(&at.files), places = taken ? OPAQUE(a, *taken) : 0;
    for (int i = 0; i < QUIET && a->settled < SETTLED; i++) {
        at.at = i;
        if (!(places >> i & 1)) continue;
        struct quiet *q = io_quiet.lookup(&at);
        if (!q) continue;
        int is_gone = RD(u64, q->req, io_kiocb_ctx) != q->ring;      /* of a ring, and so of a process, that ended meanwhile */
        if (!is_gone && (!is_done(a, q) || is_to_complete(a, q))) continue;
        struct quiet done = *q;
        if (io_quiet.delete(&at)) continue;              /* another processor tells it */
        count_silent(&at, -1);
        if (is_gone) continue;
        a->settled++;
        if (done.req == a->over) a->told = a->over;
        return tell(ctx, &done.o, done.ring, done.req, (s32)RD(u32, done.req, io_kiocb_cqe_res));
    }
    a->settling = 0;
    return step(ctx, a->resume);
}
/* A submission queue that the kernel polls needs no call; a chain of operations none between its links. */
#define SEEN_AT(tracepoint) RAW_TRACEPOINT_PROBE(tracepoint) { \
        if (!watched() || !silent() || !take_scratch()) return 0; \
        settle_first(ctx, NOTHING_MORE, 0); \
        return give_scratch(); \
    }
SEEN_AT(io_uring_file_get)
#ifdef HAS_io_uring_task_work_run
SEEN_AT(io_uring_task_work_run)
#endif
#ifdef HAS_io_uring_local_work_run
SEEN_AT(io_uring_local_work_run)
#endif
#else
static __always_inline int silent(void) { return 0; }
static __always_inline int settle_first(void *ctx, u32 resume, u64 over) { return 0; }
static __always_inline int forget_silent(void) { return 0; }
#endif
