"""What BCC takes for a kernel source tree: eight small headers of our own.

BCC asks for `linux/kconfig.h`, the basic types, the page size and CONFIG_BPF_SYSCALL; everything of BPF is inside libbpfcc, and structs of the
kernel are never declared (see btf.py). So neither headers of the running kernel nor a link in /lib/modules is needed.
"""

import mmap
from pathlib import Path

INTEGERS = {"8": "char", "16": "short", "32": "int", "64": "long long"}
TYPES = (
    "".join(f"typedef unsigned {kind} __u{bits}, u{bits};\ntypedef signed {kind} __s{bits}, s{bits};\n" for bits, kind in INTEGERS.items())
    + """
typedef __u16 __be16, __le16, __sum16;
typedef __u32 __be32, __le32, __wsum;
typedef __u64 __be64, __le64;
typedef unsigned long size_t, uintptr_t;
typedef long ssize_t;
typedef int pid_t;
typedef _Bool bool;
#define NULL ((void *)0)
#define __always_inline inline __attribute__((always_inline))
#define __aligned_u64 __u64 __attribute__((aligned(8)))
"""
)
FILES = {
    "linux/kconfig.h": "#define CONFIG_BPF_SYSCALL 1\n",
    "linux/types.h": TYPES,
    "linux/version.h": "#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))\n#define LINUX_VERSION_CODE KERNEL_VERSION(5, 8, 0)\n",
    "linux/bpf_common.h": "",
    "linux/log2.h": "",
    "uapi/linux/bpf.h": "",
    "uapi/linux/if_packet.h": "",
    "asm/page.h": f"#define PAGE_SIZE {mmap.PAGESIZE}\n",  # 16 or 64 KB on some aarch64 kernels
}


def make(root: Path) -> None:
    """Writes the tree into an empty folder; BCC_KERNEL_SOURCE names it to BCC."""
    for name, text in FILES.items():
        path = root / "include" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#pragma once\n" + text)
