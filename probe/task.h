/* Facts of a task: descriptors, ids in namespaces, memory, terminal, cgroups. */

#define KERNEL_THREAD 0x200000   /* PF_KTHREAD */
#define IO_WORKER 0x10           /* PF_IO_WORKER: a thread of the kernel that looks like one of the process */

/* struct file of a descriptor, 0: none. */
static __always_inline u64 fd_file(u64 task, s64 fd) {
    u64 files = RD(u64, task, task_struct_files), fdt = RD(u64, files, files_struct_fdt), file = 0;
    if (fd < 0 || fd >= RD(u32, fdt, fdtable_max_fds)) return 0;
    bpf_probe_read_kernel(&file, 8, (void *)(RD(u64, fdt, fdtable_fd) + 8 * fd));
    return file;
}
#define DIRECT 0x40000000         /* slots of a ring's own table are numbered from here */
static __always_inline u64 file_of(struct aux *a, s64 fd) {
    if (fd < DIRECT) return fd_file(a->task, fd);
    return a->given ? a->file : 0;
}
static __always_inline u32 portable_dev(u32 dev) {       /* kernel: major << 20 | minor */
    u32 major = dev >> 20, minor = dev & 0xfffff;
    return (minor & 0xff) | major << 8 | (minor & ~0xff) << 12;
}
static __always_inline u32 inode_dev(u64 inode) { return portable_dev(RD(u32, RD(u64, inode, inode_i_sb), super_block_s_dev)); }

#define OVERLAY_MAGIC 0x794c7630
enum { NO_LAYER, UPPER_LAYER, LOWER_LAYER };
/* Which layer of an overlay an inode comes from. The module's structs are in BTF only when it is built in; behind the inode else. */
static __always_inline int layer_of(u64 inode) {
    u64 upper = 0;
    if (RD(u64, RD(u64, inode, inode_i_sb), super_block_s_magic) != OVERLAY_MAGIC) return NO_LAYER;
#ifdef OFF_ovl_inode___upperdentry
    upper = RD(u64, inode - OFF_ovl_inode_vfs_inode, ovl_inode___upperdentry);
#else
    bpf_probe_read_kernel(&upper, 8, (void *)(inode + SIZE_inode));
#endif
    return upper ? UPPER_LAYER : LOWER_LAYER;
}

/* -- ids -------------------------------------------------------------------------------------------------------------- */
static __always_inline s64 inner_number(u64 pid) {       /* of a struct pid in its innermost namespace */
    u32 level = RD(u32, pid, pid_level), number = 0;
    bpf_probe_read_kernel(&number, 4, (void *)(pid + OFF_pid_numbers + SIZE_upid * (level & 31) + OFF_upid_nr));
    return number;
}
static __always_inline s64 outer_number(u64 pid) { return RD(u32, pid, pid_numbers); }
static __always_inline u64 pid_namespace(u64 task) {
    u64 pid = RD(u64, task, task_struct_thread_pid), ns = 0;
    bpf_probe_read_kernel(&ns, 8, (void *)(pid + OFF_pid_numbers + SIZE_upid * (RD(u32, pid, pid_level) & 31) + OFF_upid_ns));
    return ns;
}
static __always_inline u64 pid_of(u64 task, u32 off) {    /* off: OFF_signal_pgid, OFF_signal_tgid, OFF_signal_sid */
    u64 pid = 0;
    bpf_probe_read_kernel(&pid, 8, (void *)(RD(u64, task, task_struct_signal) + off));
    return pid;
}
static __always_inline u32 parent_of(u64 task) { return RD(u32, RD(u64, task, task_struct_real_parent), task_struct_tgid); }
static __always_inline u32 loginuid_of(u64 task) {
#ifdef OFF_task_struct_loginuid
    return RD(u32, task, task_struct_loginuid);
#else
    return -1;
#endif
}
/* The terminal as stat's tty_nr has it; 0: none. */
static __always_inline u32 tty_of(u64 task) {
    u64 tty = RD(u64, RD(u64, task, task_struct_signal), signal_struct_tty);
    if (!tty) return 0;
    u64 driver = RD(u64, tty, tty_struct_driver);
    return portable_dev((RD(u32, driver, tty_driver_major) << 20 | RD(u32, driver, tty_driver_minor_start)) + RD(u32, tty, tty_struct_index));
}

/* -- memory ------------------------------------------------------------------------------------------------------------ */
enum { MM_FILE, MM_ANON, MM_SWAP, MM_SHMEM };
static __always_inline u64 pages_of(u64 mm, u32 kind) {
    s64 n = 0;
    bpf_probe_read_kernel(&n, 8, (void *)(mm + OFF_mm_struct_rss_stat + kind * RSS_STRIDE + RSS_COUNT));
    return n > 0 ? n : 0;
}
static __always_inline u64 resident(u64 mm) { return pages_of(mm, MM_FILE) + pages_of(mm, MM_ANON) + pages_of(mm, MM_SHMEM); }
static __always_inline int put_vm(struct aux *a, u64 mm) {           /* total, resident, swapped: kB */
    u64 kb = PAGE / 1024;
    put32(a, mm ? RD(u64, mm, mm_struct_total_vm) * kb : 0);
    put32(a, mm ? resident(mm) * kb : 0);
    return put32(a, mm ? pages_of(mm, MM_SWAP) * kb : 0);
}

/* -- cgroups ------------------------------------------------------------------------------------------------------------
 * `subsystem=path\0` for each of the five that captures name. On the unified hierarchy all have the path of the task's own group,
 * though a controller may only be on above it. A group of the unified hierarchy that no subsystem names stands last. */
_Static_assert(OFF_kernfs_node_name == OFF_kernfs_node___parent + 8, "kernfs_node");
static __always_inline int build_cgroup(struct aux *a, u64 cgroup) {
    u32 p = PATHSZ - 1;
    u64 node = RD(u64, cgroup, cgroup_kn), head[2];
    a->path[PATHSZ - 1] = 0;
    for (int i = 0; i < 24; i++) {
        p = FORGET(a, p) & PATHMASK;
        head[0] = 0;
        bpf_probe_read_kernel(head, sizeof(head), (void *)(node + OFF_kernfs_node___parent));
        if (!head[0]) break;
        s32 n = bpf_probe_read_kernel_str(a->path + PATHSZ, 256, (void *)head[1]);
        if (n < 2 || n > 256) break;
        u32 l = n - 1;
        if (p < l + 1) break;
        p -= l;
        bpf_probe_read_kernel(a->path + (p & PATHMASK), CLIP(l, 255), a->path + PATHSZ);
        p--;
        a->path[p & PATHMASK] = '/';
        node = head[0];
    }
    if (p == PATHSZ - 1) { p--; a->path[p & PATHMASK] = '/'; }
    a->path_at = p & PATHMASK;
    a->path_len = PATHSZ - p;
    return 0;
}
static __always_inline int put_cgroups(struct aux *a, u64 task) {
    u64 css = RD(u64, task, task_struct_cgroups), unified = RD(u64, css, css_set_dfl_cgrp), root = RD(u64, unified, cgroup_root), built = 0;
    u32 named = 0;
    /* name, kernel's number, length of the name; in the scratch, as a constant table would want a section that BCC does not load */
#define SUBSYSTEM(i, name, id, length) a->regs[2 * i] = name; a->regs[2 * i + 1] = (u64)(u32)(id) << 32 | length
    SUBSYSTEM(0, 0x3d746573757063ULL, ENUM_cpuset_cgrp_id, 7);           /* cpuset= */
    SUBSYSTEM(1, 0x3d757063ULL, ENUM_cpu_cgrp_id, 4);                    /* cpu= */
    SUBSYSTEM(2, 0x3d74636361757063ULL, ENUM_cpuacct_cgrp_id, 8);        /* cpuacct= */
    SUBSYSTEM(3, 0x3d6f69ULL, ENUM_io_cgrp_id, 3);                       /* io= */
    SUBSYSTEM(4, 0x3d79726f6d656dULL, ENUM_memory_cgrp_id, 7);           /* memory= */
    SUBSYSTEM(5, 0x3d64656966696e75ULL, -1, 8);                          /* unified= */
    begin_param(a);
#pragma clang loop unroll(disable)
    for (int i = 0; i < 6; i++) {
        u64 cgroup = unified, state = 0;
        s32 id = a->regs[2 * i + 1] >> 32;
        if (i < 5) {
            if (id < 0) continue;
            bpf_probe_read_kernel(&state, 8, (void *)(css + OFF_css_set_subsys + 8 * id));
            if (!state) continue;
            cgroup = RD(u64, state, cgroup_subsys_state_cgroup);
            if (RD(u64, cgroup, cgroup_root) == root) { cgroup = unified; named = 1; }
        } else if (named) continue;
        *(u64 *)at(a) = a->regs[2 * i];
        a->pos += (u32)a->regs[2 * i + 1];
        if (cgroup != built) { build_cgroup(a, cgroup); built = cgroup; }
        u32 n = CLIP(a->path_len, 511);
        bpf_probe_read_kernel(at(a), n, a->path + (a->path_at & PATHMASK));
        a->pos += n;
    }
    return end_param(a);
}
