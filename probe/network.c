/* Sockets: made, bound, connected, accepted, their traffic and options. */

CALL(socket) {
    EVENT(SOCKET_SOCKET_X);
    put64(a, a->ret);
    put32(a, a->arg[0]);                                 /* families are numbered alike */
    put32(a, a->arg[1]);
    put32(a, a->arg[2]);
    put32(a, made_flags(a->arg[1]));
    return end_life(a);
}
/* What the kernel bound to: a port only where one was asked for. */
#define PORT_ASKED 8                                     /* SOCK_BINDPORT_LOCK */
CALL(bind) {
    EVENT(SOCKET_BIND_X);
    u64 sk = a->ret == 0 ? sock_of(a, (s32)a->arg[0]) : 0;
    u16 family = sk ? RD(u16, sk, sock___sk_common_skc_family) : 0;
    read_address(a, a->arg[1], a->arg[2]);
    put64(a, a->ret);
    if (family == INET || family == INET6) {
        u32 wide = family == INET ? 4 : 16, asked = (RD(u8, sk, sock_sk_userlocks) >> BIT_sock_sk_userlocks) & PORT_ASKED;
        begin_param(a);
        piece8(a, family);
        bpf_probe_read_kernel(at(a), CLIP(wide, 31), (void *)(sk + (family == INET ? OFF_sock___sk_common_skc_rcv_saddr : OFF_sock___sk_common_skc_v6_rcv_saddr)));
        skip(a, wide);
        piece16(a, asked ? RD(u16, sk, sock___sk_common_skc_num) : 0);
        end_param(a);
    } else if (family == UNIX && !a->claim_len) {        /* through io_uring: the caller's copy is gone */
        u64 address = RD(u64, sk, unix_sock_addr);
        begin_param(a);
        piece8(a, family);
        piece_unix_path(a, address + OFF_unix_address_name + 2, RD(u32, address, unix_address_len) - 2);
        end_param(a);
    } else put_address(a);
    put_fd(a, a->arg[0]);
    return end_life(a);
}
CALL(listen) {
    EVENT(SOCKET_LISTEN_X);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put32(a, a->arg[1]);
    return end_life(a);
}
CALL(shutdown) {
    EVENT(SOCKET_SHUTDOWN_X);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put8(a, shutdown_how(a->arg[1]));
    return end(a);
}
CALL(socketpair) {
    EVENT(SOCKET_SOCKETPAIR_X);
    u32 fds[2] = {-1, -1};
    if (a->ret == 0 && bpf_probe_read_user(fds, sizeof(fds), (void *)a->arg[3])) a->unread++;
    u64 sk = a->ret == 0 ? sock_of(a, (s32)fds[0]) : 0, other = sk ? sock_of(a, (s32)fds[1]) : 0;
    int is_unix = sk && RD(u16, sk, sock___sk_common_skc_family) == UNIX;
    u64 peer = is_unix ? RD(u64, sk, unix_sock_peer) : 0;
    if (!other || (is_unix && peer != other)) {                /* the numbers stand in the caller's memory: these are not the call's */
        fds[0] = fds[1] = -1;
        sk = peer = 0;
    }
    put64(a, a->ret);
    put_fd(a, fds[0]);
    put_fd(a, fds[1]);
    put64(a, sk);
    put64(a, peer);
    put32(a, a->arg[0]);
    put32(a, a->arg[1]);
    put32(a, a->arg[2]);
    return end(a);
}

/* -- connections and messages -------------------------------------------------------------------------------------------
 * Before the step: arg 0 descriptor, 1 buffer or vectors, 2 size or number of vectors, 3 peer's address, 4 its length, 5 whether these are
 * vectors; regs 0 and 1 control data and its length,
 * 2 which message of many, 3 their headers. */
#define CONTROL 0
#define CONTROL_SIZE 1
#define MESSAGE 2
#define HEADERS 3
/* Asked anew each time: what the verifier learns of the type in one place must not multiply the states of the next. */
#define IS(T) (*(volatile u32 *)&a->type == EV_SOCKET_##T)
#define INBOUND_FACT 4
#define IS_INBOUND (*(volatile u64 *)&a->regs[INBOUND_FACT])
#define RESULT (*(volatile s64 *)&a->ret)
static __always_inline int is_inbound(struct aux *a) {
    return IS(ACCEPT_5_X) || IS(ACCEPT4_6_X) || IS(RECV_X) || IS(RECVFROM_X) || IS(RECVMSG_X) || IS(RECVMMSG_X);
}
static __always_inline u64 moved_bytes(struct aux *a) {
    if (RESULT < 0) return IS_INBOUND ? 0 : -1ULL;
    return IS(SENDMMSG_X) || IS(RECVMMSG_X) ? a->total : RESULT;
}
STEP(network) {
    struct aux *a = scratch_of(AT_CALL);
    if (!a) return 0;
    *(volatile u64 *)&a->regs[INBOUND_FACT] = is_inbound(a);
    u64 listener = OPAQUE(a, sock_of(a, (s32)a->arg[0])), sk = listener;
    if (IS(ACCEPT_5_X) || IS(ACCEPT4_6_X)) sk = OPAQUE(a, sock_of(a, RESULT));
    if (RESULT < 0 && IS_INBOUND) sk = 0;
    sk = OPAQUE(a, sk);
    read_address(a, a->arg[3], a->arg[4]);

    put64(a, RESULT);
    if (!IS(CONNECT_X) && !IS(ACCEPT_5_X) && !IS(ACCEPT4_6_X)) {
        u64 moved = OPAQUE(a, moved_bytes(a));
        if (IS(SENDMMSG_X) || IS(RECVMMSG_X)) {
            put_fd(a, a->arg[0]);
            put32(a, a->total);
        } else if (IS(RECVMSG_X)) put32(a, moved);
        if (*(volatile u64 *)&a->arg[5]) put_vectors(a, a->arg[1], a->arg[2], moved, OPAQUE(a, a->compat));
        else {
            a->total = a->arg[2];
            put_data(a, a->arg[1], moved > a->arg[2] ? a->arg[2] : moved);
        }
        if (IS(SEND_X) || IS(SENDTO_X) || IS(SENDMSG_X) || IS(RECV_X)) {
            put_fd(a, a->arg[0]);
            put32(a, a->total);
        }
    }
    put_tuple(a, sk, IS_INBOUND);
    if (IS(RECVMSG_X) || IS(RECVMMSG_X)) put_data(a, a->regs[CONTROL], RESULT < 0 ? 0 : a->regs[CONTROL_SIZE]);
    if (IS(CONNECT_X) || IS(RECVFROM_X) || IS(RECVMSG_X)) put_fd(a, a->arg[0]);
    if (IS(RECVFROM_X)) put32(a, a->total);
    if (IS(CONNECT_X)) put_address(a);
    if (IS(ACCEPT_5_X) || IS(ACCEPT4_6_X)) {
        u32 length = listener ? RD(u32, listener, sock_sk_ack_backlog) : 0, most = listener ? RD(u32, listener, sock_sk_max_ack_backlog) : 0;
        put8(a, most ? (u64)length * 100 / most : 0);
        put32(a, length);
        put32(a, most);
        if (IS(ACCEPT4_6_X)) put32(a, a->arg[2]);
    }
    if (IS(CONNECT_X) || IS(ACCEPT_5_X) || IS(ACCEPT4_6_X)) return end_life(a);
    end(a);
    if (IS(SENDMMSG_X) || IS(RECVMMSG_X)) step(ctx, STEP_message);
    return 0;
}
/* The caller's msghdr: name, length, vectors, number, control, length; longs of 4 or 8 bytes */
static __always_inline int read_header(struct aux *a, u64 header) {
    u32 wide = a->compat ? 4 : 8, compat = a->compat;
    a->arg[3] = caller_long(header, compat);
    a->arg[4] = (u32)caller_long(header + wide, 1);
    a->arg[1] = caller_long(header + 2 * wide, compat);
    a->arg[2] = caller_long(header + 3 * wide, compat);
    a->arg[5] = 1;
    a->regs[CONTROL] = caller_long(header + 4 * wide, compat);
    a->regs[CONTROL_SIZE] = caller_long(header + 5 * wide, compat);
    return 0;
}
/* One event a message of sendmmsg and recvmmsg: the kernel has left each one's size behind its header. */
#define MESSAGES 14                                      /* of one call: a chain of tail calls has 33 links */
STEP(message) {
    struct aux *b = scratch_of(AT_CALL);
    if (!b) return 0;
    u64 k = b->regs[MESSAGE], type = b->type;
    if (b->ret < 0 ? k > 0 : k >= b->ret || k >= MESSAGES) return 0;
    struct aux *a = begin(AT_CALL, type, NP_SOCKET_SENDMMSG_X + (type == EV_SOCKET_RECVMMSG_X), b->tid);
    if (!a) return 0;
    u32 stride = a->compat ? 32 : 64, size = a->compat ? 28 : 56;
    u64 header = a->regs[HEADERS] + k * stride;
    a->total = (u32)caller_long(header + size, 1);
    read_header(a, header);
    a->regs[MESSAGE] = k + 1;
    return step(ctx, STEP_network);
}
_Static_assert(NP_SOCKET_RECVMMSG_X == NP_SOCKET_SENDMMSG_X + 1, "message");
CALL(sendmmsg) {
    EVENT(SOCKET_SENDMMSG_X);
    a->regs[MESSAGE] = 0;
    a->regs[HEADERS] = a->arg[1];
    return step(ctx, STEP_message);
}
CALL(recvmmsg) {
    EVENT(SOCKET_RECVMMSG_X);
    a->regs[MESSAGE] = 0;
    a->regs[HEADERS] = a->arg[1];
    return step(ctx, STEP_message);
}
CALL(connect) {
    EVENT(SOCKET_CONNECT_X);
    a->arg[3] = a->arg[1];
    a->arg[4] = a->arg[2];
    return step(ctx, STEP_network);
}
CALL(accept) {
    EVENT(SOCKET_ACCEPT_5_X);
    a->arg[3] = 0;
    return step(ctx, STEP_network);
}
CALL(accept4) {
    EVENT(SOCKET_ACCEPT4_6_X);
    a->arg[2] = a->arg[3];
    a->arg[3] = 0;
    return step(ctx, STEP_network);
}
static __always_inline int plain(void *ctx, struct aux *a, u64 address, u64 size) {
    a->arg[3] = address;
    a->arg[4] = size;
    a->arg[5] = 0;
    return step(ctx, STEP_network);
}
CALL(sendto) {
    EVENT(SOCKET_SENDTO_X);
    return plain(ctx, a, a->arg[4], a->arg[5]);
}
CALL(recvfrom) {
    EVENT(SOCKET_RECVFROM_X);
    u32 size = 0;
    if (a->arg[5] && bpf_probe_read_user(&size, 4, (void *)a->arg[5])) a->unread++;
    return plain(ctx, a, a->arg[4], size);
}
CALL(send) {                                             /* 32-bit only */
    EVENT(SOCKET_SEND_X);
    return plain(ctx, a, 0, 0);
}
CALL(recv) {
    EVENT(SOCKET_RECV_X);
    return plain(ctx, a, 0, 0);
}
CALL(sendmsg) {
    EVENT(SOCKET_SENDMSG_X);
    read_header(a, a->arg[1]);
    return step(ctx, STEP_network);
}
CALL(recvmsg) {
    EVENT(SOCKET_RECVMSG_X);
    read_header(a, a->arg[1]);
    return step(ctx, STEP_network);
}

/* -- options ------------------------------------------------------------------------------------------------------------- */
enum { OPTION_BYTES, OPTION_ERRNO, OPTION_U32, OPTION_U64, OPTION_TIME };
static __always_inline u8 portable_option(u64 option) {  /* of SOL_SOCKET; the kernel's numbers up to 50 are scap's */
    if (option <= 50) return option;
    return option == 55 ? sockopt_options_SO_MEMINFO : option == 57 ? sockopt_options_SO_COOKIE : option == 59 ? sockopt_options_SO_PEERGROUPS
         : option == 66 ? sockopt_options_SO_RCVTIMEO : option == 67 ? sockopt_options_SO_SNDTIMEO : 0;
}
static __always_inline int option_event(struct aux *a, u64 value, u64 size) {
    int of_socket = a->arg[1] == 1;
    u8 option = of_socket ? portable_option(a->arg[2]) : 0, kind = OPTION_BYTES;
    if (option == sockopt_options_SO_ERROR) kind = OPTION_ERRNO;
    else if (option == sockopt_options_SO_RCVTIMEO || option == sockopt_options_SO_SNDTIMEO) kind = OPTION_TIME;
    else if (option == sockopt_options_SO_COOKIE) kind = OPTION_U64;
    else if (option && size == 4) kind = OPTION_U32;
    kind = OPAQUE(a, kind);
    put64(a, a->ret);
    put_fd(a, a->arg[0]);
    put8(a, of_socket ? sockopt_levels_SOL_SOCKET : a->arg[1] == 6 ? sockopt_levels_SOL_TCP : 0);
    put8(a, option);
    begin_param(a);
    u64 words[2] = {};
    if (kind != OPTION_BYTES && bpf_probe_read_user(words, a->compat ? 8 : 16, (void *)value)) bpf_probe_read_user(words, 4, (void *)value);
    if (kind == OPTION_TIME && a->compat) { words[1] = words[0] >> 32; words[0] = (u32)words[0]; }
    piece8(a, kind);
    if (kind == OPTION_ERRNO) piece64(a, -(s64)(s32)words[0]);
    else if (kind == OPTION_U32) piece32(a, words[0]);
    else if (kind == OPTION_U64) piece64(a, words[0]);
    else if (kind == OPTION_TIME) piece64(a, words[0] * 1000000000ULL + words[1] * 1000);
    else copy_user(a, value, size > snaplen() ? snaplen() : size, 0x7fff);
    end_param(a);
    put32(a, size);
    return end(a);
}
CALL(setsockopt) {
    EVENT(SOCKET_SETSOCKOPT_X);
    return option_event(a, a->arg[3], (u32)a->arg[4]);
}
CALL(getsockopt) {
    EVENT(SOCKET_GETSOCKOPT_X);
    u32 size = 0;
    if (a->arg[4]) bpf_probe_read_user(&size, 4, (void *)a->arg[4]);
    return option_event(a, a->ret < 0 ? 0 : a->arg[3], size);
}
/* 32-bit programs call all of these through one number: arg 0 says which, arg 1 points to the arguments. */
#define SOCKET_CALLS 21
BPF_PROG_ARRAY(socketcalls, SOCKET_CALLS);
CALL(socketcall) {
    struct aux *a = begin_call(ctx, 0, 0);
    if (!a) return 0;
    u32 which = a->arg[0], values[6] = {};
    bpf_probe_read_user(values, 4, (void *)a->arg[1]);
    if (bpf_probe_read_user(values, sizeof(values), (void *)a->arg[1])) bpf_probe_read_user(values, 12, (void *)a->arg[1]);
    a->given = 1;
    for (int i = 0; i < 6; i++) a->arg[i] = values[i];
    if (which < SOCKET_CALLS) socketcalls.call(ctx, which);
    return 0;
}
