/* Calls whose arguments mean something else for each of their commands. */
#define AMONG(set, n) ((n) < 64 && ((set) >> (n) & 1))
#define BIT(n) (1ULL << (n))

/* -- prctl, ptrace, semctl, fsconfig, io_uring_enter --------------------------------------------------------------------- */
enum { PR_SET_NAME = 15, PR_GET_NAME, PR_GET_CHILD_SUBREAPER = 37 };
static __always_inline int prctl_names(struct aux *a) { u32 option = a->arg[0]; return option == PR_SET_NAME || option == PR_GET_NAME; }
/* The name that the task has after the call; the caller's where that failed */
static __always_inline int put_prctl_text(struct aux *a) {
    if (!prctl_names(a)) return put_none(a);
    return a->ret < 0 ? put_user_str(a, a->arg[1]) : put_kernel_str(a, a->task + OFF_task_struct_comm, 16);
}
static __always_inline int put_prctl_number(struct aux *a) {
    u64 v = a->arg[1];
    if (prctl_names(a)) v = 0;
    if ((u32)a->arg[0] == PR_GET_CHILD_SUBREAPER) v = (s64)(s32)user_number(a, v, 0, 4);
    return put64(a, v);
}
/* Parameters with a type of their own: its index, then the value */
static __always_inline int put_typed(struct aux *a, u8 index, u64 v) {
    begin_param(a);
    piece8(a, index);
    piece64(a, v);
    return end_param(a);
}
static __always_inline int put_ptrace_address(struct aux *a) { return put_typed(a, 0, a->arg[2]); }
/* PEEK*: the word that was read; calls that go on with a signal: the signal */
static __always_inline int put_ptrace_data(struct aux *a) {
    u64 v = a->arg[3], request = (u32)a->arg[0];
    if (request >= 1 && request <= 3) v = a->ret < 0 ? 0 : user_long(a, v, 0);
    if (!AMONG(BIT(7) | BIT(9) | BIT(17) | BIT(24), request)) return put_typed(a, 0, v);       /* CONT SINGLESTEP DETACH SYSCALL */
    begin_param(a);
    piece8(a, 1);
    piece8(a, v);
    return end_param(a);
}
static __always_inline int put_module_image(struct aux *a) { return put_data(a, a->arg[0], a->arg[1]); }
#define SETVAL 16
static __always_inline int put_semctl_value(struct aux *a) { return put32(a, (u32)a->arg[2] == SETVAL ? a->arg[3] : 0); }
#define FSCONFIG_BINARY 2
#define FSCONFIG_TEXTS (BIT(1) | BIT(3) | BIT(4))        /* SET_STRING SET_PATH SET_PATH_EMPTY */
static __always_inline int put_fsconfig_bytes(struct aux *a) {
    return (u32)a->arg[1] == FSCONFIG_BINARY ? put_data(a, a->arg[3], (s32)a->arg[4]) : put_none(a);
}
static __always_inline int put_fsconfig_text(struct aux *a) {
    u32 command = a->arg[1];
    return AMONG(FSCONFIG_TEXTS, command) ? put_user_str(a, a->arg[3]) : put_none(a);
}
/* The fifth argument is a signal set, or with EXT_ARG a structure that begins with the set's address. */
#define EXT_ARG 8
static __always_inline int put_uring_mask(struct aux *a) {
    u64 p = a->arg[4];
    if (a->arg[3] & EXT_ARG) p = user_number(a, p, 0, 8);
    return put32(a, user_number(a, p, 0, 4));
}

/* -- semop: its first two operations --------------------------------------------------------------------------------------- */
static __always_inline int put_semop(struct aux *a) {
    u64 first = a->arg[2] > 0 ? user_number(a, a->arg[1], 0, 6) : 0, second = a->arg[2] > 1 ? user_number(a, a->arg[1], 6, 6) : 0;
    put64(a, a->ret);
    put32(a, a->arg[2]);
    put16(a, first); put16(a, first >> 16); put16(a, semop_flags(first >> 32));
    put16(a, second); put16(a, second >> 16); put16(a, semop_flags(second >> 32));
    return put32(a, a->arg[0]);
}

/* -- keyctl: how many arguments a command takes, and which of them are texts ------------------------------------------------ */
#define KEY_ONE (BIT(1) | BIT(3) | BIT(7) | BIT(14) | BIT(16) | BIT(21))
#define KEY_TWO (BIT(0) | BIT(5) | BIT(8) | BIT(9) | BIT(15) | BIT(22) | BIT(31))
#define KEY_THREE (BIT(2) | BIT(4) | BIT(6) | BIT(11) | BIT(13) | BIT(17) | BIT(29) | BIT(32))
#define KEY_NONE BIT(18)
#define KEY_TEXT_2 BIT(1)                                                                  /* JOIN_SESSION_KEYRING */
#define KEY_TEXT_3 (BIT(10) | BIT(25) | BIT(26) | BIT(27) | BIT(28) | BIT(29))             /* SEARCH, PKEY_*, RESTRICT_KEYRING */
#define KEY_TEXT_4 (BIT(10) | BIT(24) | BIT(29))
static __always_inline int put_keyctl(struct aux *a) {
    u32 op = a->arg[0];
    u32 taken = AMONG(KEY_NONE, op) ? 0 : AMONG(KEY_ONE, op) ? 1 : AMONG(KEY_TWO, op) ? 2 : AMONG(KEY_THREE, op) ? 3 : 4;
    u32 texts = AMONG(KEY_TEXT_2, op) | AMONG(KEY_TEXT_3, op) << 1 | AMONG(KEY_TEXT_4, op) << 2;
    put64(a, a->ret);
    put32(a, op);
#pragma clang loop unroll(disable)
    for (u32 i = 0; i < 4; i++) {
        u64 v = i < taken ? a->arg[i + 1] : 0;
        begin_param(a);
        if (texts >> i & 1) {
            piece8(a, 1);
            skip(a, copy_user_str(a, at(a), v));
        } else {
            piece8(a, 0);
            piece64(a, v);
        }
        end_param(a);
    }
    return 0;
}

/* -- quotactl: two structures of the caller, each with a word that says which of its numbers hold ---------------------------- */
enum { GETFMT = 0x800004, GETINFO, SETINFO, GETQUOTA, SETQUOTA, QUOTAON = 0x800002, XGETQUOTA = 0x5803, XSETQLIM };
struct if_dqblk { u64 hard, soft, space, ihard, isoft, inodes, btime, itime; u32 valid; };
struct if_dqinfo { u64 bgrace, igrace; u32 flags, valid; };
static __always_inline int put_quotactl_what(struct aux *a) {                                /* command, type, id, format: known beforehand */
    u32 command = (u32)a->arg[0] >> 8, id = a->arg[2];
    put16(a, quotactl_cmds(command));
    put8(a, quotactl_types(a->arg[0] & 255));
    put32(a, command == GETQUOTA || command == SETQUOTA || command == XGETQUOTA || command == XSETQLIM ? id : 0);
    return put8(a, command == QUOTAON ? quotactl_quota_fmts(id) : 1);
}
static __always_inline int put_quotactl(struct aux *a) {
    u32 command = (u32)a->arg[0] >> 8;
    int quota = command == GETQUOTA || command == SETQUOTA, info = command == GETINFO || command == SETINFO;
    struct if_dqblk *q = (void *)a->path;
    struct if_dqinfo *i = (void *)(a->path + sizeof(*q));
    s64 failed = 0;
    q->valid = i->valid = 0;
    if (quota) failed = bpf_probe_read_user(q, sizeof(*q), (void *)a->arg[3]);
    if (info) failed = bpf_probe_read_user(i, sizeof(*i), (void *)a->arg[3]);
    a->unread += (u64)failed >> 63;
    put64(a, a->ret);
    put_user_str(a, a->arg[1]);
    if (command == QUOTAON) put_user_str(a, a->arg[3]); else put_none(a);
    put64(a, q->valid & 1 ? q->hard : 0);
    put64(a, q->valid & 1 ? q->soft : 0);
    put64(a, q->valid & 2 ? q->space : 0);
    put64(a, q->valid & 4 ? q->ihard : 0);
    put64(a, q->valid & 4 ? q->isoft : 0);
    put64(a, q->valid & 16 ? q->btime : 0);
    put64(a, q->valid & 32 ? q->itime : 0);
    put64(a, i->valid & 1 ? i->bgrace : 0);
    put64(a, i->valid & 2 ? i->igrace : 0);
    put8(a, i->valid & 4 ? i->flags : 0);
    put8(a, command == GETFMT && a->ret == 0 ? quotactl_quota_fmts(user_number(a, a->arg[3], 0, 4)) : 1);
    return put_quotactl_what(a);
}
