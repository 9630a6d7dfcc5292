/* Paths from the kernel's own objects: dentries and mounts, walked up to the task's root.
 * What the caller wrote can change while the call runs; these cannot.
 */

/* One read gives a dentry's parent, the length and the place of its name: they have always stood side by side. */
struct dentry_head { u64 parent; u32 hash, length; u64 name; };
_Static_assert(OFF_dentry_d_name_len == OFF_dentry_d_parent + 12 && OFF_dentry_d_name_name == OFF_dentry_d_parent + 16, "dentry");

/* Builds the path of (dentry, mount) up to (rdentry, rmount) backwards into a->path; the tail is kept when it is too long. */
static __always_inline int build_path(struct aux *a, u64 d, u64 m, u64 rd, u64 rm) {
    u32 p = PATHSZ - 1;
    a->path[PATHSZ - 1] = 0;
    a->path_len = 0;
    if (!d || !m) return 0;
    u64 top = RD(u64, m, vfsmount_mnt_root);
    for (int i = 0; i < MAX_COMPONENTS; i++) {
        p = FORGET(a, p) & PATHMASK;
        if (d == rd && m == rm) break;
        if (d == top) {                                  /* go on below where this is mounted */
            u64 mount = m - OFF_mount_mnt, above = RD(u64, mount, mount_mnt_parent);
            if (above == mount) break;
            d = RD(u64, mount, mount_mnt_mountpoint);
            m = above + OFF_mount_mnt;
            top = RD(u64, m, vfsmount_mnt_root);
            continue;
        }
        struct dentry_head head = {};
        bpf_probe_read_kernel(&head, sizeof(head), (void *)(d + OFF_dentry_d_parent));
        u32 l = head.length;
        if (l > 255) l = 255;
        if (p < l + 1) break;
        p -= l;
        bpf_probe_read_kernel(a->path + (p & PATHMASK), CLIP(l, 255), (void *)head.name);
        p--;
        a->path[p & PATHMASK] = '/';
        if (d == head.parent) break;                     /* a memfd: a root of its own, without a mount above */
        d = head.parent;
    }
    if (p == PATHSZ - 1) { p--; a->path[p & PATHMASK] = '/'; }
    a->path_at = p & PATHMASK;
    a->path_len = PATHSZ - p;
    return 0;
}
/* "pipe:[inode]", as the kernel names what has no path */
#define PIPE_MAGIC 0x50495045
static __always_inline int build_pipe(struct aux *a, u64 ino) {
    u32 p = PATHSZ - 2;
    *(u16 *)(a->path + PATHSZ - 2) = ']';
    for (int i = 0; i < 20; i++) {
        p = FORGET(a, p - 1);
        a->path[p & PATHMASK] = '0' + ino % 10;
        ino = OPAQUE(a, ino / 10);
        if (!ino) break;
    }
    p = FORGET(a, p - 6) & PATHMASK;
    *(u32 *)(a->path + (p & PATHMASK)) = 0x65706970;     /* pipe:[ */
    *(u16 *)(a->path + ((p + 4) & PATHMASK)) = 0x5b3a;
    a->path_at = p;
    a->path_len = PATHSZ - p;
    return 0;
}
static __always_inline int put_built(struct aux *a) {
    u32 n = CLIP(a->path_len, PATHMASK);
    bpf_probe_read_kernel(at(a), n, a->path + (a->path_at & PATHMASK));
    a->pos += n;
    return len_(a, n);
}
static __always_inline int copy_built(struct aux *a) {           /* as a piece of a parameter, without the NUL */
    u32 n = a->path_len ? CLIP(a->path_len - 1, PATHMASK) : 0;           /* clipped last: older verifiers learn nothing from `n != 0` */
    bpf_probe_read_kernel(at(a), n, a->path + (a->path_at & PATHMASK));
    a->pos += n;
    return 0;
}
static __always_inline int build_struct_path(struct aux *a, u64 task, u64 path) {      /* a struct path, seen from the task's root */
    u64 fs = RD(u64, task, task_struct_fs);
    if (!path || !fs) { a->path_len = 0; return 0; }
    return build_path(a, RD(u64, path, path_dentry), RD(u64, path, path_mnt), RD(u64, fs, fs_struct_root_dentry), RD(u64, fs, fs_struct_root_mnt));
}
static __always_inline int put_struct_path(struct aux *a, u64 task, u64 path) {
    build_struct_path(a, task, path);
    return put_built(a);
}
static __always_inline int build_file_path(struct aux *a, u64 task, u64 file) {
    u64 inode = file ? RD(u64, file, file_f_inode) : 0;
    if (inode && RD(u64, RD(u64, inode, inode_i_sb), super_block_s_magic) == PIPE_MAGIC) return build_pipe(a, RD(u64, inode, inode_i_ino));
    return build_struct_path(a, task, file ? file + OFF_file_f_path : 0);
}
static __always_inline int put_file_path(struct aux *a, u64 task, u64 file) {
    build_file_path(a, task, file);
    return put_built(a);
}
static __always_inline int put_cwd(struct aux *a, u64 task) {
    u64 fs = RD(u64, task, task_struct_fs);
    return put_struct_path(a, task, fs ? fs + OFF_fs_struct_pwd : 0);
}

/* -- the same file elsewhere -------------------------------------------------------------------------------------------
 * A hard link has other names, and what lies below a mount of a part of a file system (a bind mount, however and whenever it was made) has one
 * in the whole. */
#define MOUNTS 64                /* of a file system, looked at */
#define LINKS 16                 /* of a file */
static __always_inline u64 whole_mount(struct aux *a, u64 sb) {          /* the host's, if it has one */
    u64 root = RD(u64, sb, super_block_s_root), at = RD(u64, sb, super_block_s_mounts), found = 0;
    u32 z = 0;
    struct conf_t *c = conf.lookup(&z);
    for (int i = 0; c && i < MOUNTS; i++) {
        at = OPAQUE(a, at);
#ifdef OFF_mount_mnt_next_for_sb
        u64 mount = at;
        if (!mount) break;
        at = RD(u64, mount, mount_mnt_next_for_sb);
#else
        u64 mount = at - OFF_mount_mnt_instance;         /* a ring through the super block */
        if (at == sb + OFF_super_block_s_mounts) break;
        at = RD(u64, mount, mount_mnt_instance);
#endif
        if (RD(u64, mount + OFF_mount_mnt, vfsmount_mnt_root) != root) continue;
        u32 space = RD(u32, RD(u64, mount, mount_mnt_ns), mnt_namespace_ns_inum);
        if (space && !found) found = mount;
        if (space && space == c->mounts) { found = mount; break; }
    }
    return OPAQUE(a, found ? found + OFF_mount_mnt : 0);
}
static __always_inline u64 oldest_link(struct aux *a, u64 inode, u64 dentry) {       /* of the names that the kernel has at hand */
    u64 at = RD(u64, inode, inode_i_dentry), found = 0;
    for (int i = 0; i < LINKS; i++) {
        at = OPAQUE(a, at);
        if (!at) break;
        u64 other = at - OFF_dentry_alias;
        if (other != dentry && RD(u64, other, dentry_d_hash_pprev)) found = other;
        bpf_probe_read_kernel(&at, 8, (void *)at);
    }
    return OPAQUE(a, found);
}
/* Whether there may be another path */
static __always_inline int is_part(u64 file, u64 inode) {
    u64 mount = RD(u64, file + OFF_file_f_path, path_mnt);
    return RD(u64, mount, vfsmount_mnt_root) != RD(u64, RD(u64, inode, inode_i_sb), super_block_s_root);
}
static __always_inline int is_linked(u64 inode) {
    return RD(u32, inode, inode_i_nlink) > 1 && (RD(u16, inode, inode_i_mode) & 0170000) == 0100000;
}
static __always_inline int is_elsewhere(u64 file, u64 inode) { return is_linked(inode) || is_part(file, inode); }
/* As pieces of a parameter, each with its end: the path in the whole file system, that of the oldest of the other links */
static __always_inline int copy_other_paths(struct aux *a, u64 file) {
    u64 inode = RD(u64, file, file_f_inode), dentry = RD(u64, file, file_f_path_dentry), whole = RD(u64, file + OFF_file_f_path, path_mnt);
    u64 link = OPAQUE(a, is_linked(inode) ? oldest_link(a, inode, dentry) : 0), part = OPAQUE(a, is_part(file, inode));
    if (part) whole = whole_mount(a, RD(u64, inode, inode_i_sb));
    whole = OPAQUE(a, whole);
    #pragma clang loop unroll(disable)
    for (u32 i = 0; i < 2; i++) {
        u64 d = OPAQUE(a, FORGET(a, i) ? link : part ? dentry : 0);
        if (!d || !whole) continue;
        build_path(a, d, whole, 0, 0);
        u32 n = CLIP(a->path_len, PATHMASK);
        bpf_probe_read_kernel(at(a), n, a->path + (a->path_at & PATHMASK));
        a->pos += n;
    }
    return 0;
}

/* -- what the caller claims --------------------------------------------------------------------------------------------
 * read_claim keeps the caller's string; `differs` compares it with the path built before; put_claim writes it. */
static __always_inline int read_claim(struct aux *a, u64 p) {
    a->claim_len = copy_user_str(a, a->claim, p);
    return 0;
}
#define COMPARED 1024            /* a longer claim counts as different */
#define WORD(text, i) (*(u64 *)((text) + ((i) & PATHMASK)))
static __always_inline int differs(struct aux *a) {
    u32 n = OPAQUE(a, a->claim_len), i = 0;
    u64 other = 0;
    if (!n) return 0;                                    /* nothing was said that could differ */
    if (n != a->path_len || n > COMPARED) return 1;
    if (n < 8) return ((WORD(a->path, a->path_at) ^ WORD(a->claim, 0)) & ((1ULL << (8 * (n & 7))) - 1)) != 0;
    for (int k = 0; k < COMPARED / 8; k++) {
        i = FORGET(a, i) & PATHMASK;
        other = OPAQUE(a, WORD(a->path, a->path_at + i) ^ WORD(a->claim, i));
        if (other || i + 8 >= n) break;
        i = i + 16 > n ? n - 8 : i + 8;                  /* the last word overlaps */
    }
    return OPAQUE(a, other) != 0;
}
static __always_inline int put_claim(struct aux *a) {
    u32 n = CLIP(a->claim_len, PATHMASK);                /* PATHSZ itself is never reached: the kernel refuses such a path */
    bpf_probe_read_kernel(at(a), n, a->claim);
    a->pos += n;
    return len_(a, n);
}
