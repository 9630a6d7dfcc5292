/* An operation of io_uring: reported as the system call that it stands for, by that call's own program. Its arguments come from the
 * kernel's own request. A direct descriptor (a slot of the ring's table) is numbered from DIRECT on.
 */
#ifdef IO_URING
#define UNKNOWN_FD 0x7fffffff
#define MOST_OPERATIONS 64
struct operation { u64 arg[6]; u32 nr, tid, slot, fixed; };       /* slot: the result goes there, from 1; fixed: arg 0 is one */
struct ticket { u64 ring, data; };
BPF_F_TABLE("array", u32, u64, io_calls, MOST_OPERATIONS, 1 << 10);          /* operation → call's number + 1, 0: not wanted */
BPF_TABLE("lru_hash", u64, struct operation, io_pending, 8192);              /* by request */
BPF_TABLE("lru_hash", struct ticket, struct operation, io_repeated, 1024);   /* accepts that go on and on: their request is not named again */

enum {
    OP_READV = 1, OP_WRITEV, OP_READ_FIXED = 4, OP_WRITE_FIXED, OP_SENDMSG = 9, OP_RECVMSG, OP_ACCEPT = 13, OP_CONNECT = 16, OP_OPENAT = 18, OP_CLOSE,
    OP_READ = 22, OP_WRITE, OP_SEND = 26, OP_RECV, OP_OPENAT2, OP_SHUTDOWN = 34, OP_RENAMEAT, OP_UNLINKAT, OP_MKDIRAT, OP_SYMLINKAT, OP_LINKAT,
    OP_SOCKET = 45, OP_SEND_ZC = 47, OP_SENDMSG_ZC, OP_BIND = 56, OP_LISTEN
};
#define FIXED_FILE 1                     /* request flags: the first are those of the submission */
#define SKIP_SUCCESS (1 << 6)
#define OWN_FLAGS 0xff                   /* … and the kernel's own follow */

/* The caller's pointer to a path. Newer kernels (7.x) keep the string alone: there the submitted entry itself is asked, the one that the
 * kernel took last. The caller may have rewritten it, but where it counts the name is a claim anyway. */
#ifdef OFF_filename_uptr
#define PATH_POINTER(req, filename, at) RD(u64, RD(u64, req, filename), filename_uptr)
#else
#define NO_ARRAY (1 << 16)               /* IORING_SETUP_NO_SQARRAY */
#define WIDE_ENTRIES (1 << 10)           /* IORING_SETUP_SQE128 */
static __always_inline u64 of_entry(u64 req, u32 at) {
    u64 ring = RD(u64, req, io_kiocb_ctx), value = 0;
    u32 flags = RD(u32, ring, io_ring_ctx_flags), mask = RD(u32, ring, io_ring_ctx_sq_entries) - 1, k = (RD(u32, ring, io_ring_ctx_cached_sq_head) - 1) & mask;
    if (!(flags & NO_ARRAY)) bpf_probe_read_kernel(&k, 4, (void *)(RD(u64, ring, io_ring_ctx_sq_array) + 4 * (u64)k));
    bpf_probe_read_kernel(&value, 8, (void *)(RD(u64, ring, io_ring_ctx_sq_sqes) + ((u64)(k & mask) << (flags & WIDE_ENTRIES ? 7 : 6)) + at));
    return value;
}
#define PATH_POINTER(req, filename, at) of_entry(req, at)
#endif
enum { ADDR2 = 8, ADDR = 16 };           /* of an entry */
static __always_inline u64 direct(u32 slot, u64 else_) { return slot ? DIRECT + (slot - 1) : else_; }

static __always_inline int fill(struct operation *o, u64 req, u32 op, u64 fd) {
    o->arg[0] = fd;
    if (op == OP_OPENAT || op == OP_OPENAT2) {
        o->arg[0] = (s64)(s32)RD(u32, req, io_open_dfd);
        o->arg[1] = PATH_POINTER(req, io_open_filename, ADDR);
        o->arg[2] = RD(u64, req, io_open_how_flags);
        o->arg[3] = RD(u64, req, io_open_how_mode);
        o->arg[4] = RD(u64, req, io_open_how_resolve);
        o->slot = RD(u32, req, io_open_file_slot);
    } else if (op == OP_CLOSE) {
        o->arg[0] = direct(RD(u32, req, io_close_file_slot), RD(u32, req, io_close_fd));
    } else if (op == OP_CONNECT) {
        o->arg[1] = RD(u64, req, io_connect_addr);
        o->arg[2] = RD(u32, req, io_connect_addr_len);
    } else if (op == OP_ACCEPT) {
        o->arg[1] = RD(u64, req, io_accept_addr);
        o->arg[3] = RD(u32, req, io_accept_flags);
        o->slot = RD(u32, req, io_accept_file_slot);
    } else if (op == OP_SOCKET) {
        o->arg[0] = RD(u32, req, io_socket_domain);
        o->arg[1] = RD(u32, req, io_socket_type) | RD(u32, req, io_socket_flags);
        o->arg[2] = RD(u32, req, io_socket_protocol);
        o->slot = RD(u32, req, io_socket_file_slot);
    } else if (op == OP_SENDMSG || op == OP_RECVMSG || op == OP_SENDMSG_ZC || op == OP_SEND || op == OP_RECV || op == OP_SEND_ZC) {
        o->arg[1] = RD(u64, req, io_sr_msg_umsg);
        o->arg[2] = RD(u32, req, io_sr_msg_len);
    } else if (op == OP_UNLINKAT) {
        o->arg[0] = (s64)(s32)RD(u32, req, io_unlink_dfd);
        o->arg[1] = PATH_POINTER(req, io_unlink_filename, ADDR);
        o->arg[2] = RD(u32, req, io_unlink_flags);
    } else if (op == OP_MKDIRAT) {
        o->arg[0] = (s64)(s32)RD(u32, req, io_mkdir_dfd);
        o->arg[1] = PATH_POINTER(req, io_mkdir_filename, ADDR);
        o->arg[2] = RD(u16, req, io_mkdir_mode);
    } else if (op == OP_RENAMEAT) {
        o->arg[0] = (s64)(s32)RD(u32, req, io_rename_old_dfd);
        o->arg[1] = PATH_POINTER(req, io_rename_oldpath, ADDR);
        o->arg[2] = (s64)(s32)RD(u32, req, io_rename_new_dfd);
        o->arg[3] = PATH_POINTER(req, io_rename_newpath, ADDR2);
        o->arg[4] = RD(u32, req, io_rename_flags);
    } else if (op == OP_LINKAT) {
        o->arg[0] = (s64)(s32)RD(u32, req, io_link_old_dfd);
        o->arg[1] = PATH_POINTER(req, io_link_oldpath, ADDR);
        o->arg[2] = (s64)(s32)RD(u32, req, io_link_new_dfd);
        o->arg[3] = PATH_POINTER(req, io_link_newpath, ADDR2);
        o->arg[4] = RD(u32, req, io_link_flags);
    } else if (op == OP_SYMLINKAT) {
        o->arg[0] = PATH_POINTER(req, io_link_oldpath, ADDR);
        o->arg[1] = (s64)(s32)RD(u32, req, io_link_new_dfd);
        o->arg[2] = PATH_POINTER(req, io_link_newpath, ADDR2);
    } else if (op == OP_SHUTDOWN) {
        o->arg[1] = RD(u32, req, io_shutdown_how);
    } else if (op == OP_LISTEN || op == OP_BIND) {
#ifdef OFF_io_listen_backlog
        o->arg[1] = RD(u32, req, io_listen_backlog);
#endif
    } else {                             /* reads and writes */
        o->arg[1] = RD(u64, req, io_rw_addr);
        o->arg[2] = RD(u32, req, io_rw_len);
    }
    return 0;
}
#define ANY_SLOT 0xffffffff
static __always_inline u64 direct_file(u64 ring, u32 slot) {
    u64 node = 0;
#ifdef OFF_io_rsrc_node_file_ptr
    if (slot >= RD(u32, ring, io_ring_ctx_file_table_data_nr)) return 0;
    bpf_probe_read_kernel(&node, 8, (void *)(RD(u64, ring, io_ring_ctx_file_table_data_nodes) + 8 * (u64)slot));
    if (node) node = RD(u64, node, io_rsrc_node_file_ptr) & ~7ULL;           /* the lowest bits are flags */
#elif defined(OFF_io_fixed_file_file_ptr)                                    /* before 6.13 */
    if (slot >= RD(u32, ring, io_ring_ctx_nr_user_files)) return 0;
    bpf_probe_read_kernel(&node, 8, (void *)(RD(u64, ring, io_ring_ctx_file_table_files) + SIZE_io_fixed_file_file_ptr * (u64)slot));
    node &= ~7ULL;
#endif
    return node;
}
static __always_inline int as_call(void *ctx, struct operation *o, s64 result, u64 file) {
    struct aux *a = scratch_of(AT_CALL);
    u32 nr = o->nr;
    if (!a) return 0;
    a->given = 1;
    a->compat = COMPAT_NONE;
    a->tid = o->tid;
    a->ret = result;
    a->file = file;
    for (int i = 0; i < 6; i++) a->arg[i] = o->arg[i];
    a->regs[NUMBER_AT] = nr;
    calls.call(ctx, nr);
    return 0;
}
/* 0: nobody wants what the operation stands for. */
static __always_inline u32 wanted_call(u32 op) {
    u64 *nr = op < MOST_OPERATIONS ? io_calls.lookup(&op) : 0;
    return nr ? *nr : 0;
}
#endif
