/* Addresses and tuples. Both ends come from the kernel's socket; where it knows no peer (a datagram to somewhere, a refused
 * connection), the peer is what the caller passed. */
enum { UNIX = 1, INET = 2, INET6 = 10 };
enum { OUTBOUND, INBOUND };              /* which end stands first: this one or the other */
#define UNIX_PATH 108

static __always_inline u64 sock_of(struct aux *a, s64 fd) {          /* struct sock, 0: not a socket */
    u64 file = file_of(a, fd);
    if (!file || (RD(u16, RD(u64, file, file_f_inode), inode_i_mode) & 0170000) != 0140000) return 0;
    return RD(u64, RD(u64, file, file_private_data), socket_sk);
}
static __always_inline u16 swap16(u16 v) { return v >> 8 | v << 8; }
static __always_inline u64 caller_long(u64 p, u32 compat) {            /* a long or pointer in the caller's memory */
    u64 v = 0;
    bpf_probe_read_user(&v, compat ? 4 : 8, (void *)p);
    return v;
}

/* -- the caller's address: kept in a->claim ---------------------------------------------------------------------------- */
struct address { u16 family, port; u8 rest[124]; };
static __always_inline int read_address(struct aux *a, u64 p, u64 size) {
    u32 n = size > 127 ? 127 : size;
    *(u64 *)a->claim = 0;
    n = CLIP(n, 127);
    a->claim_len = 0;
    if (!p || n < 2) return 0;
    if (bpf_probe_read_user(a->claim, n, (void *)p)) { a->unread++; return 0; }
    a->claim[n & 127] = 0;                               /* a path may lack its end */
    a->claim_len = n;
    return *(u16 *)a->claim;
}
/* Path of a unix address as a piece; an abstract name begins with @. `from`: sun_path, in the kernel or in the scratch */
static __always_inline int piece_unix_path(struct aux *a, u64 from, u32 size) {
    u8 first = 0;
    bpf_probe_read_kernel(&first, 1, (void *)from);
    if (!from || !size) { piece8(a, 0); return 0; }
    if (!first && size > 1) { piece8(a, '@'); from++; size--; }
    if (size > UNIX_PATH) size = UNIX_PATH;
    s32 n = bpf_probe_read_kernel_str(at(a), CLIP(size + 1, 127), (void *)from);       /* it may lack its end */
    if (n > 0 && n <= UNIX_PATH + 1) a->pos += n; else piece8(a, 0);
    return 0;
}
static __always_inline int put_address(struct aux *a) {              /* SOCKADDR of what read_address kept */
    u16 family = *(u16 *)a->claim, port = swap16(*(u16 *)(a->claim + 2));
    begin_param(a);
    if (!a->claim_len) return end_param(a);
    if (family == INET || family == INET6) {
        u32 wide = family == INET ? 4 : 16;
        piece8(a, family);
        bpf_probe_read_kernel(at(a), CLIP(wide, 31), a->claim + (family == INET ? 4 : 8));
        skip(a, wide);
        piece16(a, port);
    } else if (family == UNIX) {
        piece8(a, family);
        piece_unix_path(a, (u64)a->claim + 2, a->claim_len - 2);
    }
    return end_param(a);
}

/* -- both ends ----------------------------------------------------------------------------------------------------------- */
/* Where a bound unix socket lies: the name it was bound to, and where that was relative the path of its inode. */
static __always_inline int piece_bound_path(struct aux *a, u64 sk) {
    u64 address = sk ? RD(u64, sk, unix_sock_addr) : 0, dentry = sk ? RD(u64, sk, unix_sock_path_dentry) : 0;
    u64 name = address ? address + OFF_unix_address_name + 2 : 0;
    u32 size = address ? RD(u32, address, unix_address_len) - 2 : 0;
    u8 first = 0;
    bpf_probe_read_kernel(&first, 1, (void *)name);
    if (!dentry || first == '/' || !first) return piece_unix_path(a, name, size);
    build_struct_path(a, a->task, sk + OFF_unix_sock_path);
    copy_built(a);
    return piece8(a, 0);
}
static __always_inline int put_tuple(struct aux *a, u64 sk, u64 direction) {
    u16 family = sk ? RD(u16, sk, sock___sk_common_skc_family) : 0;
    begin_param(a);
    if (family == INET || family == INET6) {
        u32 v4 = family == INET, wide = v4 ? 4 : 16, here = 1 + (direction == INBOUND ? wide + 2 : 0), there = 1 + (direction == INBOUND ? 0 : wide + 2);
        u32 start = a->pos;
        u16 port = swap16(RD(u16, sk, sock___sk_common_skc_dport)), passed = a->claim_len && *(u16 *)a->claim == family;
        u64 peer = sk + (v4 ? OFF_sock___sk_common_skc_daddr : OFF_sock___sk_common_skc_v6_daddr);
        if (!port && passed) {
            port = swap16(*(u16 *)(a->claim + 2));
            peer = (u64)a->claim + (v4 ? 4 : 8);
        }
        a->buf[start & EVMASK] = family;
        bpf_probe_read_kernel(a->buf + ((start + here) & EVMASK), CLIP(wide, 31), (void *)(sk + (v4 ? OFF_sock___sk_common_skc_rcv_saddr : OFF_sock___sk_common_skc_v6_rcv_saddr)));
        *(u16 *)(a->buf + ((start + here + wide) & EVMASK)) = RD(u16, sk, sock___sk_common_skc_num);
        bpf_probe_read_kernel(a->buf + ((start + there) & EVMASK), CLIP(wide, 31), (void *)peer);
        *(u16 *)(a->buf + ((start + there + wide) & EVMASK)) = port;
        skip(a, 1 + 2 * (wide + 2));
    } else if (family == UNIX) {
        u64 peer = RD(u64, sk, unix_sock_peer);
        piece8(a, family);
        piece64(a, direction == INBOUND ? peer : sk);
        piece64(a, direction == INBOUND ? sk : peer);
        if (direction == OUTBOUND && !peer && a->claim_len && *(u16 *)a->claim == UNIX) piece_unix_path(a, (u64)a->claim + 2, a->claim_len - 2);
        else piece_bound_path(a, direction == INBOUND ? sk : peer);
    }
    return end_param(a);
}

/* -- messages ------------------------------------------------------------------------------------------------------------ */
#define PARTS 16
/* I/O data of several buffers, at most the snap length and at most `moved` bytes; the buffers' total size is left in a->opaque. */
static __always_inline int put_vectors(struct aux *a, u64 vectors, u64 count, u64 moved, u32 compat) {
    u32 wide = compat ? 4 : 8, left = snaplen();
    u64 total = 0;
    if (left > moved) left = moved;
    if (left > 0x7fff) left = 0x7fff;
    begin_param(a);
    for (int i = 0; i < PARTS; i++) {
        left = FORGET(a, left);
        if (i >= count) break;
        u64 base = caller_long(vectors + 2 * i * wide, compat), size = caller_long(vectors + (2 * i + 1) * wide, compat);
        total += size;
        u32 n = size > left ? left : size;
        n = CLIP(n, 0x7fff);
        if (!n) continue;
        if (bpf_probe_read_user(at(a), n, (void *)base)) { a->unread++; left = 0; continue; }
        a->pos += n;
        left -= n;
    }
    end_param(a);
    a->total = total;
    return 0;
}
