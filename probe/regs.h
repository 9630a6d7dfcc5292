/* What differs between processors: where a call's number and arguments are, and how a 32-bit call is known.
 * x86-64 is in use; aarch64 ran in an emulated machine only (docs/probe.md). Both layouts are fixed by ptrace's interface.
 */
#ifdef X86_64
#define REGS 16                  /* r15 r14 r13 r12 bp bx r11 r10 r9 r8 ax cx dx si di orig_ax */
#define NUMBER_AT 15
#define IP_AT 128                /* of the instruction, behind the registers */
#define X32_BIT 0x40000000
#define CALL_NUMBER(regs) ({ u64 _n = 0; bpf_probe_read_kernel(&_n, 8, (char *)(regs) + 8 * NUMBER_AT); _n; })
#define IS_32BIT(task) (RD(u32, task, task_struct_thread_info_status) & 2)                    /* TS_COMPAT */
static __always_inline int arguments(u64 *regs, u64 *arg, void *from, int ia32) {
    bpf_probe_read_kernel(regs, REGS * 8, from);
    if (ia32) {
        arg[0] = (u32)regs[5]; arg[1] = (u32)regs[11]; arg[2] = (u32)regs[12];
        arg[3] = (u32)regs[13]; arg[4] = (u32)regs[14]; arg[5] = (u32)regs[4];
    } else {
        arg[0] = regs[14]; arg[1] = regs[13]; arg[2] = regs[12];
        arg[3] = regs[7]; arg[4] = regs[9]; arg[5] = regs[8];
    }
    return 0;
}
#endif
#ifdef AARCH64
#define REGS 36                  /* x0 … x30, sp, pc, pstate, orig_x0, syscallno */
#define NUMBER_AT 35
#define IP_AT 256
#define X32_BIT 0                /* no third ABI */
#define CALL_NUMBER(regs) ({ s32 _n = 0; bpf_probe_read_kernel(&_n, 4, (char *)(regs) + 8 * NUMBER_AT); (u64)(u32)_n; })
#define IS_32BIT(task) (RD(u64, task, task_struct_thread_info_flags) & (1 << 22))             /* TIF_32BIT */
static __always_inline int arguments(u64 *regs, u64 *arg, void *from, int aarch32) {
    bpf_probe_read_kernel(regs, REGS * 8, from);
    arg[0] = regs[34]; arg[1] = regs[1]; arg[2] = regs[2]; arg[3] = regs[3]; arg[4] = regs[4]; arg[5] = regs[5];
    return 0;
}
#endif
