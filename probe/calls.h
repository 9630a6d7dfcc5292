/* What the declared calls need (calls.json, read by generate_calls.py): sources of parameters that are more than an argument. */

#ifdef X86_64
#define NUMBER_AT 15             /* orig_ax */
#else
#define NUMBER_AT 35             /* syscallno */
#endif
#define POLLED 32                /* so many descriptors of a poll are looked at */
/* The call's number as the cases of calls_numbers.h have it */
static __always_inline u32 number(struct aux *a) {
    u32 n = (u32)a->regs[NUMBER_AT] & ~X32_BIT;
    return a->compat == COMPAT_IA32 ? n + IA32_AT : n;
}
/* One program serves many events: which one it is, is known when the number is. `size`: of the first parameter. */
static __always_inline int shape(struct aux *a, u16 type, u32 np, u16 size) {
    *(u64 *)(a->buf + EVENT_AT + 20) = type | (u64)np << 16 | (u64)size << 48;
    a->pos = LENS_AT + 2 * np;
    return 0;
}
/* Parameters of a known size before the first of an unknown one: the other sizes, four at once, then each at its place. */
static __always_inline int sizes(struct aux *a, u32 first, u64 four) { *(u64 *)(a->buf + LENS_AT + 2 * first) = four; return 0; }
#define SET(N, T) static __always_inline int N(struct aux *a, u32 at, T v) { *(T *)(a->buf + LENS_AT + at) = v; return 0; }
SET(set8, u8) SET(set16, u16) SET(set32, u32) SET(set64, u64)
static __always_inline int go_on(struct aux *a, u32 np, u32 at) { a->np = np; a->pos = LENS_AT + at; return 0; }
static __always_inline int finish(struct aux *a, u32 rare) {
    u32 n;
    struct stat_t *s = stat_of(*(u16 *)(a->buf + EVENT_AT + 20));
    if (!s) return 0;
    u64 wake = seal(a, rare ? LANE_LIFE : LANE_EVENTS, s, &n);
    s64 lost = 0;
    n = CLIP(n, 2 * MAXEV - 1);
    if (n && rare) lost = life.ringbuf_output(&a->buf[0], n, wake);
    if (n && !rare) lost = events.ringbuf_output(&a->buf[0], n, wake);
    if (lost) s->dropped++;
    return 0;
}

/* -- the caller's memory ------------------------------------------------------------------------------------------------ */
/* 0 when there is none. Without a branch: in loops each would double what the verifier has to follow. */
static __always_inline u64 user_number(struct aux *a, u64 p, u32 at, u32 size) {
    u64 v = 0;
    s64 failed = bpf_probe_read_user(&v, size, (void *)(p + at));        /* v is zeroed then */
    a->unread += (u64)failed >> 63 & (p | -p) >> 63;
    return v;
}
static __always_inline u64 user_time(struct aux *a, u64 p, u32 at, u32 size) {        /* a timespec of longs of `size` bytes, in ns */
    u64 seconds = user_number(a, p, at, size), ns = user_number(a, p, at + size, size);
    return seconds * 1000000000ULL + ns;
}
static __always_inline u64 wide_id(u64 id) { return (u16)id == 0xffff ? 0xffffffff : (u16)id; }     /* ids of old 32-bit calls */
static __always_inline u64 user_long(struct aux *a, u64 p, u32 index) {               /* element of an array of the caller's longs */
    return a->compat ? user_number(a, p, 4 * index, 4) : user_number(a, p, 8 * index, 8);
}

/* -- of the task -------------------------------------------------------------------------------------------------------- */
static __always_inline int set_memory(struct aux *a, u32 at) {             /* three parameters behind the first, at a known place */
    u32 end = a->pos;
    go_on(a, 1, at);
    put_vm(a, RD(u64, a->task, task_struct_mm));
    a->pos = end;
    return 0;
}
static __always_inline int put_capabilities(struct aux *a) {
    u64 cred = RD(u64, a->task, task_struct_cred);
    put64(a, RD(u64, cred, cred_cap_inheritable));
    put64(a, RD(u64, cred, cred_cap_permitted));
    return put64(a, RD(u64, cred, cred_cap_effective));
}
/* The directory that the call led to, from the kernel; the caller's string where it failed. */
static __always_inline int put_directory(struct aux *a) { return a->ret == 0 ? put_cwd(a, a->task) : put_user_str(a, a->arg[0]); }
/* Both descriptors of a new pipe. Their numbers stand in the caller's memory; what is no pipe, or not one and the same, was put there
 * since and is not told. */
static __always_inline int put_pipe(struct aux *a) {
    u64 ends = a->ret == 0 ? user_number(a, a->arg[0], 0, 8) : ~0ULL;
    u64 in = fd_file(a->task, (s32)ends), out = fd_file(a->task, (s32)(ends >> 32));
    u64 inode = RD(u64, in, file_f_inode);
    int is_one = in && out && inode == RD(u64, out, file_f_inode) && (RD(u16, inode, inode_i_mode) & 0170000) == 0010000;
    if (!is_one) ends = ~0ULL;
    put_fd(a, ends);
    put_fd(a, ends >> 32);
    return put64(a, is_one ? RD(u64, inode, inode_i_ino) : 0);
}
/* Behind the table's parameters the options: they name the folders of an overlay. */
static __always_inline u32 mount_flags(u64 f) { return (f & 0xffff0000) == 0xC0ED0000 ? f & 0xffff : f; }      /* a magic number of old */
static __always_inline int put_mount(struct aux *a) {
    more_params(a, 1);
    put64(a, a->ret);
    put_user_str(a, a->arg[0]);
    put_user_str(a, a->arg[1]);
    put_user_str(a, a->arg[2]);
    put32(a, mount_flags(a->arg[3]));
    return a->arg[4] ? put_user_str(a, a->arg[4]) : len_(a, 0);
}

/* Names that the kernel took: the task's, the memory file's behind "memfd:"; where the call failed, the caller's. */
static __always_inline int put_memory_name(struct aux *a) {
    u64 file = a->ret >= 0 ? fd_file(a->task, a->ret) : 0;
    if (!file) return put_user_str(a, a->arg[0]);
    return put_kernel_str(a, RD(u64, RD(u64, file + OFF_file_f_path, path_dentry), dentry_d_name_name) + 6, 256);
}

/* -- enumerations that are more than a table ---------------------------------------------------------------------------- */
static __always_inline u32 mknod_mode(u64 mode) { return mode & 0170000 ? mode & 0177777 : (mode & 07777) | 0100000; }   /* 0: a regular file */
