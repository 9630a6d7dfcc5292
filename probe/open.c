/* The open family. The name is the path of the file that was opened, from the kernel; the caller's string where it failed. Behind a
 * kernel's path follows one parameter more, the caller's string, empty where it is the same: a claim, which may be changed while the call runs.
 * What else there is to say of the file stands behind its end. */


#define FMODE_CREATED 0x100000
#define ACCESS_MODE 3
static __always_inline int portable_layer(u64 file) { return file ? layer_of(RD(u64, file, file_f_inode)) : NO_LAYER; }

/* Nobody else can know the descriptor before the call has ended. Who has the file all the same guessed its number, and may have put it there
 * in the place of another one. */
static __always_inline int is_shared(u64 file) {
#ifdef OFF_file_f_ref
    return RD(u64, file, file_f_ref) > 0;                /* since 6.13: 0 is one reference */
#else
    return RD(u64, file, file_f_count) > 1;
#endif
}
/* The caller's spelling, empty where it is the same; behind its end a byte: SHARED, ELSEWHERE with other paths of the file behind it */
enum { SHARED = 1, ELSEWHERE = 2 };
static __always_inline int begin_spelling(struct aux *a, u64 differs, u64 more) {
    u32 n = CLIP(differs ? a->claim_len : 0, PATHMASK);
    begin_param(a);
    bpf_probe_read_kernel(at(a), n, a->claim);
    a->pos += n;
    if (!more) return 0;
    if (!n) piece8(a, 0);
    return piece8(a, more);
}

/* arg: directory, name, flags, mode, resolve, whatever the call */
STEP(open) {
    struct aux *a = scratch_of(AT_CALL);
    if (!a) return 0;
    u32 type = a->type;
    u64 file = file_of(a, a->ret), flags = a->arg[2], mode = create_mode(flags, a->arg[3]);
    int layer = OPAQUE(a, portable_layer(file)), claims = 0;
    read_claim(a, a->arg[1]);
    if (file) {
        build_file_path(a, a->task, file);
        claims = differs(a);
        more_params(a, 1);
    }
    claims = OPAQUE(a, claims);
    u32 shown = file_flags(flags) | (layer == UPPER_LAYER ? file_flags_FD_UPPER_LAYER : layer == LOWER_LAYER ? file_flags_FD_LOWER_LAYER : 0);
    if (file) shown |= MOVE(RD(u32, file, file_f_mode), FMODE_CREATED, file_flags_O_F_CREATED);
    u64 inode = file ? RD(u64, file, file_f_inode) : 0, shared = OPAQUE(a, file ? is_shared(file) : 0);
    shown = OPAQUE(a, shown);

    put64(a, a->ret);
    if (type != EV_SYSCALL_OPEN_X && type != EV_SYSCALL_CREAT_X) put_fd(a, a->arg[0]);
    if (type == EV_SYSCALL_OPEN_BY_HANDLE_AT_X) put32(a, shown);
    if (file) put_built(a); else put_claim(a);
    if (type != EV_SYSCALL_OPEN_BY_HANDLE_AT_X) {
        if (type != EV_SYSCALL_CREAT_X) put32(a, shown);
        put32(a, mode);
    }
    if (type == EV_SYSCALL_OPENAT2_X) put32(a, a->arg[4]);
    put32(a, inode ? inode_dev(inode) : 0);
    put64(a, inode ? RD(u64, inode, inode_i_ino) : 0);
    if (type == EV_SYSCALL_CREAT_X)
        put16(a, layer == UPPER_LAYER ? creat_flags_FD_UPPER_LAYER_CREAT : layer == LOWER_LAYER ? creat_flags_FD_LOWER_LAYER_CREAT : 0);
    if (!file) return end(a);
    int elsewhere = OPAQUE(a, is_elsewhere(file, inode));
    begin_spelling(a, claims, (shared ? SHARED : 0) | (elsewhere ? ELSEWHERE : 0));
    a->arg[0] = file;
    if (elsewhere) return step(ctx, STEP_elsewhere);
    end_param(a);
    return end(a);
}
STEP(elsewhere) {
    struct aux *a = scratch_of(AT_CALL);
    if (!a) return 0;
    copy_other_paths(a, a->arg[0]);
    end_param(a);
    return end(a);
}
CALL(openat) {
    EVENT(SYSCALL_OPENAT_2_X);
    return step(ctx, STEP_open);
}
CALL(open) {
    EVENT(SYSCALL_OPEN_X);
    a->arg[3] = a->arg[2];
    a->arg[2] = a->arg[1];
    a->arg[1] = a->arg[0];
    return step(ctx, STEP_open);
}
CALL(creat) {
    EVENT(SYSCALL_CREAT_X);
    a->arg[3] = a->arg[1];
    a->arg[2] = 0101;                                    /* O_CREAT | O_WRONLY */
    a->arg[1] = a->arg[0];
    return step(ctx, STEP_open);
}
CALL(open_by_handle_at) {
    EVENT(SYSCALL_OPEN_BY_HANDLE_AT_X);
    a->arg[1] = 0;                                       /* nothing is claimed */
    return step(ctx, STEP_open);
}
/* Its flags are in the caller's memory: the access mode and what else the kernel keeps come from the file. */
CALL(openat2) {
    EVENT(SYSCALL_OPENAT2_X);
    u64 file = file_of(a, a->ret), how[3] = {};
    if (a->given) { how[0] = a->arg[2]; how[1] = a->arg[3]; how[2] = a->arg[4]; }            /* io_uring's own copy */
    else if (bpf_probe_read_user(how, sizeof(how), (void *)a->arg[2])) a->unread++;
    a->arg[2] = file ? (how[0] & ~(u64)ACCESS_MODE) | RD(u32, file, file_f_flags) : how[0];
    a->arg[3] = how[1];
    a->arg[4] = openat2_flags(how[2]);
    return step(ctx, STEP_open);
}
