/* Kernel's flag values to scap's portable ones. Scap's side comes from probe/flags.json (TABLE_NAME, generated); the kernel's side stands
 * here. Tables whose values are the same on both sides need no function.
 */
#define MOVE(flags, kernel, portable) (((flags) & (kernel)) == (kernel) ? (portable) : 0)

#ifdef AARCH64
#define K_DIRECTORY 040000
#define K_DIRECT 0200000
#define K_LARGEFILE 0400000
#else
#define K_DIRECTORY 0200000
#define K_DIRECT 040000
#define K_LARGEFILE 0100000
#endif
#define K_TMPFILE (020000000 | K_DIRECTORY)
#define K_NONBLOCK 04000
#define K_CLOEXEC 02000000

static __always_inline u32 file_flags(u64 f) {
    u32 mode = f & 3, out = mode == 0 ? file_flags_O_RDONLY : mode == 1 ? file_flags_O_WRONLY : file_flags_O_RDWR;
    out |= MOVE(f, 0100, file_flags_O_CREAT) | MOVE(f, 0200, file_flags_O_EXCL) | MOVE(f, 01000, file_flags_O_TRUNC);
    out |= MOVE(f, 02000, file_flags_O_APPEND) | MOVE(f, K_NONBLOCK, file_flags_O_NONBLOCK) | MOVE(f, 010000, file_flags_O_DSYNC);
    out |= MOVE(f, 04010000, file_flags_O_SYNC) | MOVE(f, K_DIRECT, file_flags_O_DIRECT) | MOVE(f, K_LARGEFILE, file_flags_O_LARGEFILE);
    out |= MOVE(f, K_DIRECTORY, file_flags_O_DIRECTORY) | MOVE(f, K_TMPFILE, file_flags_O_TMPFILE) | MOVE(f, K_CLOEXEC, file_flags_O_CLOEXEC);
    return out;
}
static __always_inline u32 create_mode(u64 flags, u64 mode) { return flags & (0100 | (K_TMPFILE & ~K_DIRECTORY)) ? mode & 07777 : 0; }
/* Flags of calls that make a descriptor without opening a file: no access mode */
static __always_inline u32 made_flags(u64 f) { return MOVE(f, K_NONBLOCK, file_flags_O_NONBLOCK) | MOVE(f, K_CLOEXEC, file_flags_O_CLOEXEC); }

static __always_inline u32 clone_flags(u64 f) {
    u32 out = MOVE(f, 0x100, clone_flags_CLONE_VM) | MOVE(f, 0x200, clone_flags_CLONE_FS) | MOVE(f, 0x400, clone_flags_CLONE_FILES);
    out |= MOVE(f, 0x800, clone_flags_CLONE_SIGHAND) | MOVE(f, 0x2000, clone_flags_CLONE_PTRACE) | MOVE(f, 0x4000, clone_flags_CLONE_VFORK);
    out |= MOVE(f, 0x8000, clone_flags_CLONE_PARENT) | MOVE(f, 0x10000, clone_flags_CLONE_THREAD) | MOVE(f, 0x20000, clone_flags_CLONE_NEWNS);
    out |= MOVE(f, 0x40000, clone_flags_CLONE_SYSVSEM) | MOVE(f, 0x80000, clone_flags_CLONE_SETTLS);
    out |= MOVE(f, 0x100000, clone_flags_CLONE_PARENT_SETTID) | MOVE(f, 0x200000, clone_flags_CLONE_CHILD_CLEARTID);
    out |= MOVE(f, 0x800000, clone_flags_CLONE_UNTRACED) | MOVE(f, 0x1000000, clone_flags_CLONE_CHILD_SETTID);
    out |= MOVE(f, 0x2000000, clone_flags_CLONE_NEWCGROUP) | MOVE(f, 0x4000000, clone_flags_CLONE_NEWUTS);
    out |= MOVE(f, 0x8000000, clone_flags_CLONE_NEWIPC) | MOVE(f, 0x10000000, clone_flags_CLONE_NEWUSER);
    out |= MOVE(f, 0x20000000, clone_flags_CLONE_NEWPID) | MOVE(f, 0x40000000, clone_flags_CLONE_NEWNET);
    out |= MOVE(f, 0x80000000, clone_flags_CLONE_IO);
    return out;
}
