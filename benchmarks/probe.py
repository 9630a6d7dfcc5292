"""What the live probe costs a system call: without it, for others, not wanted, with an event. Root; needs a C compiler.

usage: probe.py        prints ns a getppid and ns an open+close; the best of many short runs, taken in turns, as shared processors are noisy
"""

import mmap
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from firmer.live.probe import Options, Probe

ROUNDS, RUNS, CALLS = 4, 25, 4_000
SOURCE = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int main(int argc, char **argv) {
    struct timespec from, to;
    long n = atol(argv[2]), files = argv[1][0] == 'o';
    getchar();
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (long i = 0; i < n; i++) if (files) close(open("/etc/hostname", O_RDONLY)); else syscall(SYS_getppid);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.0f\n", ((to.tv_sec - from.tv_sec) * 1e9 + to.tv_nsec - from.tv_nsec) / n);
    return argc;
}
"""
WHAT = {"getppid": ("getppid",), "open+close": ("open", "openat", "close")}


def once(program: str, what: str, probe: Probe | None) -> float:
    with subprocess.Popen([program, what, str(CALLS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        if probe:
            probe.watch(child.pid)
        out, _ = child.communicate("x")
    return float(out)


def empty(probe: Probe) -> None:
    """Gives the rings' space back unread: what is measured is the maker's side."""
    for ring in probe.rings:
        with mmap.mmap(ring.fd, mmap.PAGESIZE) as mine, mmap.mmap(ring.fd, mmap.PAGESIZE, prot=mmap.PROT_READ, offset=mmap.PAGESIZE) as its:
            struct.pack_into("Q", mine, 0, struct.unpack_from("Q", its)[0])


def main() -> None:
    if os.geteuid():
        sys.exit("root is needed")
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "calls")
        subprocess.run(["cc", "-O2", "-x", "c", "-", "-o", program], input=SOURCE, text=True, check=True)
        best: dict[tuple[str, str], float] = {}

        def take(case: str, probe: Probe | None = None, watched: bool = False, wanted: bool = False, times: int = 1) -> None:
            for what, calls in WHAT.items():
                if probe:
                    probe.want_names(calls if wanted else ())
                for _ in range(times):
                    best[case, what] = min(best.get((case, what), 1e9), once(program, what, probe if watched else None))
                    if probe:
                        empty(probe)

        for _ in range(ROUNDS):
            take("no probe", times=RUNS)
            with Probe.start(Options(events=64 << 20)) as probe:
                probe.watch(os.getpid() + (1 << 20))  # nobody: the mode is "tree"
                for _ in range(RUNS):
                    take("of another process", probe, wanted=True)
                    take("not wanted", probe, watched=True)
                    take("with an event", probe, watched=True, wanted=True)
    print(f"{'ns a call, best of ' + str(ROUNDS * RUNS):24}" + "".join(f"{what:>14}" for what in WHAT))
    for case in ("no probe", "of another process", "not wanted", "with an event"):
        row = [best[case, what] for what in WHAT]
        print(f"{case:24}" + "".join(f"{value:7.0f} {value - best['no probe', what]:+6.0f}" for what, value in zip(WHAT, row, strict=True)))


if __name__ == "__main__":
    main()
