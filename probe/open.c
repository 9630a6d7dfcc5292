/* The open family. The name is the path of the file that was opened, from the kernel; the caller's string where it failed. Where the
 * caller's string differs from the path, it follows as one parameter more: it is a claim, and may be changed while the call runs. */

static __always_inline int resolve(struct aux *a, u64 file, u64 claim) {
    read_claim(a, claim);
    if (file) build_struct_path(a, a->task, file + OFF_file_f_path);
    if (file && differs(a)) { more_params(a, 1); return 1; }
    return 0;
}
static __always_inline int put_name(struct aux *a, u64 file) { return file ? put_built(a) : put_claim(a); }

#define FMODE_CREATED 0x100000
static __always_inline u32 opened_flags(u64 file) {      /* what only the kernel knows */
    if (!file) return 0;
    int layer = layer_of(RD(u64, file, file_f_inode));
    u32 out = layer == UPPER_LAYER ? file_flags_FD_UPPER_LAYER : layer == LOWER_LAYER ? file_flags_FD_LOWER_LAYER : 0;
    return out | MOVE(RD(u32, file, file_f_mode), FMODE_CREATED, file_flags_O_F_CREATED);
}
static __always_inline u32 create_mode(u64 flags, u64 mode) { return flags & (0100 | (K_TMPFILE & ~K_DIRECTORY)) ? mode & 07777 : 0; }
static __always_inline int put_inode(struct aux *a, u64 file) {
    u64 inode = file ? RD(u64, file, file_f_inode) : 0;
    put32(a, inode ? inode_dev(inode) : 0);
    return put64(a, inode ? RD(u64, inode, inode_i_ino) : 0);
}

CALL(open) {
    EVENT(SYSCALL_OPEN_X);
    u64 file = fd_file(a->task, a->ret);
    int claims = resolve(a, file, a->arg[0]);
    put64(a, a->ret);
    put_name(a, file);
    put32(a, file_flags(a->arg[1]) | opened_flags(file));
    put32(a, create_mode(a->arg[1], a->arg[2]));
    put_inode(a, file);
    if (claims) put_claim(a);
    return end(a);
}
CALL(openat) {
    EVENT(SYSCALL_OPENAT_2_X);
    u64 file = fd_file(a->task, a->ret);
    int claims = resolve(a, file, a->arg[1]);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put_name(a, file);
    put32(a, file_flags(a->arg[2]) | opened_flags(file));
    put32(a, create_mode(a->arg[2], a->arg[3]));
    put_inode(a, file);
    if (claims) put_claim(a);
    return end(a);
}
/* Its flags are in the caller's memory: the access mode and what else the kernel keeps come from the file. */
#define ACCESS_MODE 3
CALL(openat2) {
    EVENT(SYSCALL_OPENAT2_X);
    u64 file = fd_file(a->task, a->ret), how[3] = {};
    if (bpf_probe_read_user(how, sizeof(how), (void *)a->arg[2])) a->unread++;
    if (file) how[0] = (how[0] & ~ACCESS_MODE) | RD(u32, file, file_f_flags);
    int claims = resolve(a, file, a->arg[1]);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put_name(a, file);
    put32(a, file_flags(how[0]) | opened_flags(file));
    put32(a, create_mode(how[0], how[1]));
    u64 r = how[2];
    put32(a, MOVE(r, 1, openat2_flags_RESOLVE_NO_XDEV) | MOVE(r, 2, openat2_flags_RESOLVE_NO_MAGICLINKS)
             | MOVE(r, 4, openat2_flags_RESOLVE_NO_SYMLINKS) | MOVE(r, 8, openat2_flags_RESOLVE_BENEATH)
             | MOVE(r, 16, openat2_flags_RESOLVE_IN_ROOT) | MOVE(r, 32, openat2_flags_RESOLVE_CACHED));
    put_inode(a, file);
    if (claims) put_claim(a);
    return end(a);
}
CALL(creat) {
    EVENT(SYSCALL_CREAT_X);
    u64 file = fd_file(a->task, a->ret);
    int claims = resolve(a, file, a->arg[0]), layer = file ? layer_of(RD(u64, file, file_f_inode)) : NO_LAYER;
    put64(a, a->ret);
    put_name(a, file);
    put32(a, a->arg[1] & 07777);
    put_inode(a, file);
    put16(a, layer == UPPER_LAYER ? creat_flags_FD_UPPER_LAYER_CREAT : layer == LOWER_LAYER ? creat_flags_FD_LOWER_LAYER_CREAT : 0);
    if (claims) put_claim(a);
    return end(a);
}
CALL(open_by_handle_at) {
    EVENT(SYSCALL_OPEN_BY_HANDLE_AT_X);
    u64 file = fd_file(a->task, a->ret);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put32(a, file_flags(a->arg[2]) | opened_flags(file));
    put_file_path(a, a->task, file);
    put_inode(a, file);
    return end(a);
}
