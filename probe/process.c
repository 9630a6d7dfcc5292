/* A process's life. exec, fork and exit by the scheduler's tracepoints: the same on every processor, a child before it has run.
 * The calls themselves only where the tracepoints say nothing: failures, and the parent's side of clone. */
#define ARGS_MAX 0x5fff          /* 24 KB + 16 KB + four paths + cgroups stay below an event's 64 KB */
#define ENV_MAX 0x3fff

/* argv[0], then the rest, NUL-separated, as they stand in the process's memory */
static __always_inline int put_args(struct aux *a, u64 mm) {
    u64 from = mm ? RD(u64, mm, mm_struct_arg_start) : 0, to = mm ? RD(u64, mm, mm_struct_arg_end) : 0;
    u32 n = copy_user_str(a, at(a), from);
    a->pos += n;
    len_(a, n);
    from += n;
    u64 rest = to > from ? to - from : 0;
    u32 m = rest > ARGS_MAX ? ARGS_MAX : rest;
    m = copy_user(a, from, m, 0x7fff);
    if (m && rest > m) a->buf[(a->pos - 1) & EVMASK] = 0;                  /* cut: keep it terminated */
    return len_(a, m);
}
static __always_inline int put_env(struct aux *a, u64 mm) {
    u64 from = RD(u64, mm, mm_struct_env_start), size = RD(u64, mm, mm_struct_env_end) - from;
    u32 m = copy_user(a, from, size, ENV_MAX);
    if (m && size > m) a->buf[(a->pos - 1) & EVMASK] = 0;
    return len_(a, m);
}
static __always_inline int put_usage(struct aux *a, u64 task, u64 mm) {     /* fdlimit, page faults, memory, comm, cgroups */
    put64(a, RD(u64, RD(u64, task, task_struct_signal), signal_rlimit_nofile));
    put64(a, RD(u64, task, task_struct_maj_flt));
    put64(a, RD(u64, task, task_struct_min_flt));
    put_vm(a, mm);
    put_kernel_str(a, task + OFF_task_struct_comm, 16);
    return put_cgroups(a, task);
}
static __always_inline u64 inode_time(u64 seconds, u32 ns) { return seconds * 1000000000ULL + (ns & 0x3fffffff); }  /* bit 31: "queried", 6.13+ */

#define CAP_DAC_OVERRIDE 2
static __always_inline u32 exe_flags(u64 exe, u64 inode, u64 cred) {
    u32 flags = 0, mode = RD(u16, inode, inode_i_mode);
    /* mode bits, owner and capability, no ACLs: an approximation */
    if ((mode & 0002) || ((mode & 0200) && RD(u32, inode, inode_i_uid) == RD(u32, cred, cred_fsuid))
        || ((mode & 0020) && RD(u32, inode, inode_i_gid) == RD(u32, cred, cred_fsgid)) || (RD(u64, cred, cred_cap_effective) & CAP_DAC_OVERRIDE))
        flags |= execve_flags_EXE_WRITABLE;
    u64 dentry = RD(u64, exe, file_f_path_dentry), first = 0;
    bpf_probe_read_kernel(&first, 6, (void *)RD(u64, dentry, dentry_d_name_name));
    if (RD(u64, dentry, dentry_d_parent) == dentry && first == 0x3a64666d656dULL) flags |= execve_flags_EXE_FROM_MEMFD;      /* "memfd:" */
    int layer = layer_of(inode);
    return flags | (layer == UPPER_LAYER ? execve_flags_EXE_UPPER_LAYER : layer == LOWER_LAYER ? execve_flags_EXE_LOWER_LAYER : 0);
}
/* The task as it is now: after a success the new program's, after a failure still the caller's. The name is the caller's spelling;
 * where the call succeeded it is the kernel's copy, taken before the path was looked up. */
STEP(program) {
    struct aux *a = scratch_of_step(ctx, AT_EXEC);
    if (!a) return 0;
    u64 task = bpf_get_current_task(), mm = RD(u64, task, task_struct_mm), exe = RD(u64, mm, mm_struct_exe_file), inode = RD(u64, exe, file_f_inode);
    u64 cred = RD(u64, task, task_struct_cred), group = pid_of(task, OFF_signal_pgid);
    put64(a, a->ret);
    put_args(a, mm);
    put64(a, TID);
    put64(a, TGID);
    put64(a, parent_of(task));
    put_cwd(a, task);
    put_usage(a, task, mm);
    put_env(a, mm);
    put32(a, tty_of(task));
    put64(a, inner_number(group));
    put32(a, loginuid_of(task));
    put32(a, exe_flags(exe, inode, cred));
    put64(a, RD(u64, cred, cred_cap_inheritable));                          /* scap's capability bits are the kernel's */
    put64(a, RD(u64, cred, cred_cap_permitted));
    put64(a, RD(u64, cred, cred_cap_effective));
    put64(a, RD(u64, inode, inode_i_ino));
    put64(a, inode_time(RD(u64, inode, inode_ctime), RD(u32, inode, inode_ctime_nsec)));
    put64(a, inode_time(RD(u64, inode, inode_mtime), RD(u32, inode, inode_mtime_nsec)));
    put32(a, RD(u32, cred, cred_uid));
    put_struct_path(a, task, exe ? exe + OFF_file_f_path : 0);
    put64(a, outer_number(group));
    put32(a, RD(u32, cred, cred_gid));
    if (a->arg[1]) put_kernel_str(a, a->arg[1], PATHSZ); else put_user_str(a, a->arg[0]);
    return end_life(a);
}
RAW_TRACEPOINT_PROBE(sched_process_exec) {               /* task, old tid, linux_binprm */
    if (!watched()) return 0;
    struct aux *a = begin(AT_EXEC, EV_SYSCALL_EXECVE_19_X, NP_SYSCALL_EXECVE_19_X, TID);
    if (!a) return 0;
    a->ret = 0;
    a->arg[1] = RD(u64, ctx->args[2], linux_binprm_filename);
    return step(ctx, STEP_program);
}
/* Only failures: success is told above, and on aarch64 never comes here. */
CALL(execve) {
    EVENT(SYSCALL_EXECVE_19_X);
    if (a->ret >= 0) return 0;
    a->arg[1] = 0;
    return step(ctx, STEP_program);
}
CALL(execveat) {
    EVENT(SYSCALL_EXECVEAT_X);
    if (a->ret >= 0) return 0;
    more_params(a, 1);                                   /* the file's name */
    a->arg[0] = a->arg[1];
    a->arg[1] = 0;
    return step(ctx, STEP_program);
}

/* -- new tasks ---------------------------------------------------------------------------------------------------------- */
static __always_inline u64 clone_start(u64 ns) { return RD(u64, RD(u64, ns, pid_namespace_child_reaper), task_struct_start_boottime); }

/* What was asked for, as far as the two tasks show it: the call's own flags stand in the parent's event. */
static __always_inline u32 shared_flags(u64 parent, u64 child) {
    u32 flags = 0;
    if (RD(u32, child, task_struct_tgid) != RD(u32, child, task_struct_pid))
        flags |= clone_flags_CLONE_THREAD | clone_flags_CLONE_SIGHAND;
    if (RD(u64, parent, task_struct_mm) == RD(u64, child, task_struct_mm)) flags |= clone_flags_CLONE_VM;
    if (RD(u64, parent, task_struct_files) == RD(u64, child, task_struct_files)) flags |= clone_flags_CLONE_FILES;
    if (RD(u64, parent, task_struct_fs) == RD(u64, child, task_struct_fs)) flags |= clone_flags_CLONE_FS;
    if (RD(u32, RD(u64, parent, task_struct_thread_pid), pid_level) != RD(u32, RD(u64, child, task_struct_thread_pid), pid_level))
        flags |= clone_flags_CLONE_NEWPID;
    return flags;
}
/* arg: the task, scap's flags. The arguments stand in the caller's memory: a child's is a copy. */
STEP(task) {
    struct aux *a = scratch_of_step(ctx, AT_FORK);
    if (!a) return 0;
    u64 task = a->arg[0], mm = RD(u64, bpf_get_current_task(), task_struct_mm);
    u64 cred = RD(u64, task, task_struct_cred), thread = RD(u64, task, task_struct_thread_pid);
    put64(a, a->ret);
    put_args(a, mm);
    put64(a, RD(u32, task, task_struct_pid));
    put64(a, RD(u32, task, task_struct_tgid));
    put64(a, parent_of(task));
    put_cwd(a, task);
    put_usage(a, task, mm);
    put32(a, a->arg[1] | (RD(u32, thread, pid_level) ? clone_flags_CLONE_CHILD_IN_PIDNS : 0));
    put32(a, RD(u32, cred, cred_uid));
    put32(a, RD(u32, cred, cred_gid));
    put64(a, inner_number(thread));
    put64(a, inner_number(pid_of(task, OFF_signal_tgid)));
    put64(a, clone_start(pid_namespace(task)));
    return end_life(a);
}
RAW_TRACEPOINT_PROBE(sched_process_fork) {               /* parent, child */
    u64 child = ctx->args[1], task = bpf_get_current_task();
    if (!watched() || RD(u32, child, task_struct_flags) & (KERNEL_THREAD | IO_WORKER)) return 0;
    watch_child(RD(u32, child, task_struct_tgid));
    struct aux *a = begin(AT_FORK, EV_SYSCALL_CLONE_20_X, NP_SYSCALL_CLONE_20_X, RD(u32, child, task_struct_pid));
    if (!a) return 0;
    a->ret = 0;
    a->arg[0] = child;
    a->arg[1] = shared_flags(task, child);
    return step(ctx, STEP_task);
}
static __always_inline int parent_event(void *ctx, struct aux *a, u64 flags) {
    a->arg[0] = a->task;
    a->arg[1] = clone_flags(flags);
    return a->ret ? step(ctx, STEP_task) : 0;            /* 0 is the child, which the tracepoint has told already */
}
CALL(clone) {
    EVENT(SYSCALL_CLONE_20_X);
    return parent_event(ctx, a, a->arg[0]);
}
CALL(clone3) {
    EVENT(SYSCALL_CLONE3_X);
    u64 flags = 0;
    if (bpf_probe_read_user(&flags, 8, (void *)a->arg[0])) a->unread++;
    return parent_event(ctx, a, flags);
}
CALL(fork) {
    EVENT(SYSCALL_FORK_20_X);
    return parent_event(ctx, a, 0);
}
CALL(vfork) {
    EVENT(SYSCALL_VFORK_20_X);
    return parent_event(ctx, a, 0x4100);                 /* CLONE_VFORK | CLONE_VM */
}

/* -- the end ------------------------------------------------------------------------------------------------------------ */
#define EXITING 4                /* PF_EXITING */
/* Who gets the children: another thread of the group, else the nearest ancestor that adopts, else the namespace's first process; 0 without children. */
static __always_inline u32 reaper_of(u64 task) {
    u64 first = RD(u64, task, task_struct_children), signal = RD(u64, task, task_struct_signal), node = signal + OFF_signal_struct_thread_head;
    if (first == task + OFF_task_struct_children) return 0;
    for (int i = 0; i < 16; i++) {
        bpf_probe_read_kernel(&node, 8, (void *)node);
        if (!node || node == signal + OFF_signal_struct_thread_head) break;
        u64 other = node - OFF_task_struct_thread_node;
        if (other != task && !(RD(u32, other, task_struct_flags) & EXITING)) return RD(u32, other, task_struct_pid);
    }
    u64 reaper = RD(u64, pid_namespace(task), pid_namespace_child_reaper), above = task;
    for (int i = 0; i < 32; i++) {
        above = RD(u64, above, task_struct_real_parent);
        if (!above || above == reaper) break;
        u64 s = RD(u64, above, task_struct_signal);
        if (RD(u8, s, signal_struct_is_child_subreaper) & (1 << BIT_signal_struct_is_child_subreaper) && RD(u32, s, signal_struct_live))
            return RD(u32, above, task_struct_pid);
    }
    return RD(u32, reaper, task_struct_pid);
}
STEP(exit) {
    u64 task = bpf_get_current_task();
    u32 code = RD(u32, task, task_struct_exit_code), tgid = TGID;
    struct aux *a = begin(AT_EXIT, EV_PROCEXIT_1_E, NP_PROCEXIT_1_E, TID);
    if (!a) return 0;
    put64(a, code);
    put64(a, (code >> 8) & 255);
    put8(a, code & 127);
    put8(a, (code & 128) != 0);
    put64(a, reaper_of(task));
    end_life(a);
    if (RD(u32, RD(u64, task, task_struct_signal), signal_struct_live)) return 0;    /* the last thread, not the leader */
    watch.delete(&tgid);
    return forget_silent();
}
RAW_TRACEPOINT_PROBE(sched_process_exit) {
    if (!watched() || RD(u32, bpf_get_current_task(), task_struct_flags) & (KERNEL_THREAD | IO_WORKER)) return 0;
    if (!silent() || !take_scratch()) return body_of_step_exit(ctx);
    settle_first(ctx, STEP_exit, 0);
    return give_scratch();
}
