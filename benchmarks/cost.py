"""What the live probe costs a system call: without it, for others, not wanted, with an event. Root; needs a C compiler.

usage: cost.py        prints ns a getppid and ns an open+close; the best of many short runs, taken in turns, as shared processors are noisy
"""

import mmap
import os
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

from firmer.live.probe import Options, Probe

CASES = ("no probe", "of another process", "not wanted", "with an event")
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


def once(program: str, what: str, calls: int, probe: Probe | None) -> float:
    with subprocess.Popen([program, what, str(calls)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        if probe:
            probe.watch(child.pid)
        out, _ = child.communicate("x")
    return float(out)


def empty(probe: Probe) -> None:
    """Gives the rings' space back unread: what is measured is the maker's side."""
    for ring in probe.rings:
        with mmap.mmap(ring.fd, mmap.PAGESIZE) as mine, mmap.mmap(ring.fd, mmap.PAGESIZE, prot=mmap.PROT_READ, offset=mmap.PAGESIZE) as its:
            struct.pack_into("Q", mine, 0, struct.unpack_from("Q", its)[0])


def measure(rounds: int, runs: int, calls: int) -> dict[tuple[str, str], float]:
    """(case, what) → ns, the best of all runs."""
    best: dict[tuple[str, str], float] = {}

    def take(case: str, probe: Probe | None = None, watched: bool = False, wanted: bool = False) -> None:
        for what, names in WHAT.items():
            if probe:
                probe.want_names(names if wanted else ())
            best[case, what] = min(best.get((case, what), 1e9), once(program, what, calls, probe if watched else None))
            if probe:
                empty(probe)

    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "calls")
        subprocess.run(["cc", "-O2", "-x", "c", "-", "-o", program], input=SOURCE, text=True, check=True)
        for _ in range(rounds):
            for _ in range(runs):
                take(CASES[0])
            with Probe.start(Options(events=64 << 20)) as probe:
                probe.watch(os.getpid() + (1 << 20))  # nobody: only trees are reported
                for _ in range(runs):
                    take(CASES[1], probe, wanted=True)
                    take(CASES[2], probe, watched=True)
                    take(CASES[3], probe, watched=True, wanted=True)
    return best


def main() -> None:
    if os.geteuid():
        sys.exit("the live probe's cost: root is needed")
    best = measure(4, 25, 4_000)
    print(f"{'ns a call, best of 100':24}" + "".join(f"{what:>14}" for what in WHAT))
    for case in CASES:
        cells = (f"{best[case, what]:7.0f} {best[case, what] - best[CASES[0], what]:+6.0f}" for what in WHAT)
        print(f"{case:24}" + "".join(cells))


if __name__ == "__main__":
    main()
