"""The loader: compiles the probe with BCC, attaches it, hands every descriptor over and ends.

    /usr/bin/python3 -I loader.py '{"socket": FD, "probe": FOLDER, "events": BYTES, "life": BYTES, "watched": N}'

Runs in the system's interpreter, where BCC lives, with the standard library and the two modules beside it only. Messages on the
socket (SOCK_SEQPACKET) are JSON: {"names": [...]} with as many descriptors, as often as needed, then {"ready": {...}}; or
{"error": what, "next": what to do}. BCC may abort the process: whoever started it then has its standard error and its status.
"""

import ctypes as ct
import json
import mmap
import os
import platform
import re
import shutil
import socket
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

if __package__:
    from firmer.live import btf, stub_tree
else:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # -I leaves it out
    import btf  # type: ignore[import-not-found, no-redef]
    import stub_tree  # type: ignore[import-not-found, no-redef]

HEADERS = "events.h regs.h scap.h path.h task.h flags.h socket.h calls_numbers.h calls_flags.h calls.h".split()  # first and in this order
CALLS = 1024  # slots of a program array; a power of two above all numbers, x32's included
COMPONENTS = 80  # of one path
BATCH = 200  # descriptors a message: the kernel takes 253
MAPS = (
    "events",
    "life",
    "conf",
    "stats",
    "watch",
    "calls",
    "calls32",
    "codes",
    "steps",
    "socketcalls",
)  # an array of programs empties with its last descriptor


class Refused(Exception):
    """Loading cannot go on; the second argument says what to do."""


def cpus() -> int:
    return int(Path("/sys/devices/system/cpu/possible").read_text().strip().split("-")[-1]) + 1


def source(folder: Path) -> tuple[str, list[str], list[str]]:
    """The probe as one text, as BCC wants it; the names of its system call programs and of its steps."""
    headers = [folder / name for name in HEADERS if (folder / name).exists()]
    headers += [path for path in sorted(folder.glob("*.h")) if path.name not in HEADERS]
    text = "".join(f'#line 1 "{path.name}"\n{path.read_text()}' for path in (*headers, *sorted(folder.glob("*.c"))))
    return text, re.findall(r"^CALL\((\w+)\)", text, re.M), re.findall(r"^STEP\((\w+)\)", text, re.M)


def options(types: btf.Btf, folder: Path, wanted: dict[str, Any]) -> list[str]:
    machine = platform.machine()
    if machine not in ("x86_64", "aarch64"):
        raise Refused(f"the probe knows no {machine}", "x86-64 and aarch64 are supported")
    out = types.macros((folder / "fields.txt").read_text())
    stride = types.field("mm_struct.rss_stat")[1] // 4  # four counters: plain longs, since 6.2 percpu_counters
    counter = types.field("percpu_counter.count")[0] // 8 if stride > 8 else 0
    return [
        *out,
        f"-D{machine.upper()}=1",
        f"-DPAGE={mmap.PAGESIZE}",
        f"-DNCPU={cpus()}",
        f"-DCALLS={CALLS}",
        f"-DMAX_COMPONENTS={COMPONENTS}",
        f"-DRSS_STRIDE={stride}",
        f"-DRSS_COUNT={counter}",
        f"-DEVENTS_PAGES={wanted['events'] // mmap.PAGESIZE}",
        f"-DLIFE_PAGES={wanted['life'] // mmap.PAGESIZE}",
        f"-DWATCHED={wanted['watched']}",
        *io_uring(types, folder),
    ]


def io_uring(types: btf.Btf, folder: Path) -> list[str]:
    """Nothing where this kernel's tracepoints do not name the request, or its structs are others than those we know."""
    submit = next(
        (name for name, count in (("io_uring_submit_req", 1), ("io_uring_submit_sqe", 2)) if types.parameters(name) == count), None
    )
    if submit is None:
        return []
    try:
        fields = types.macros((folder / "io_uring.txt").read_text())
    except btf.Missing:
        return []
    completes = types.parameters("io_uring_complete")  # 3: ring, request, cqe; more: ring, request, user_data, res, ...
    return [*fields, f"-DIO_URING={submit}", f"-DIO_COMPLETE_ARGS={completes}"]


def effort(descriptor: int) -> int:
    """Instructions that the verifier walked through; 0: this kernel does not tell (before 5.16)."""
    found = re.search(r"verified_insns:\s+(\d+)", Path(f"/proc/self/fdinfo/{descriptor}").read_text())
    return int(found[1]) if found else 0


def kernel_types() -> btf.Btf:
    try:
        return btf.Btf()
    except OSError as error:
        raise Refused(str(error), "a kernel built with CONFIG_DEBUG_INFO_BTF is needed (5.8 or newer)") from None


def load(wanted: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Compiles, loads, attaches. → (name → descriptor, figures)"""
    folder, started = Path(wanted["probe"]), time.monotonic()
    types = kernel_types()
    try:
        flags = options(types, folder, wanted)
    except btf.Missing as error:
        raise Refused(f"this kernel has no {error.args[0]}", "probe/fields.txt needs another alternative for this kernel") from None
    offsets = time.monotonic()
    try:
        from bcc import BPF  # type: ignore[import-not-found]
    except ImportError:
        raise Refused("the BCC module is missing", "install it: apt install python3-bpfcc") from None
    text, calls, steps = source(folder)
    probe = BPF(text=text, cflags=[*flags, *(f"-DSTEP_{name}={k}" for k, name in enumerate(steps))])
    attached = time.monotonic()
    descriptors = {f"map:{name}": int(probe[name].map_fd) for name in MAPS}
    if any(flag.startswith("-DIO_URING=") for flag in flags):
        descriptors["map:io_calls"] = int(probe["io_calls"].map_fd)
    for k, name in enumerate(steps):
        descriptors[f"step:{name}"] = int(probe.load_func(f"step_{name}", BPF.RAW_TRACEPOINT).fd)
        probe["steps"][ct.c_int(k)] = ct.c_int(descriptors[f"step:{name}"])
    for name in calls:
        descriptors[f"call:{name}"] = int(probe.load_func(f"sys_{name}", BPF.RAW_TRACEPOINT).fd)
    for name, function in probe.funcs.items():
        if name.startswith(b"raw_tracepoint__"):
            descriptors[f"attached:{name[16:].decode()}"] = int(function.fd)
    for name, link in probe.raw_tracepoint_fds.items():
        descriptors[f"link:{name.decode()}"] = int(link)
    programs = {name: effort(number) for name, number in descriptors.items() if name.startswith(("call:", "step:", "attached:"))}
    figures = {
        "cpus": cpus(),
        "calls": CALLS,
        "page": mmap.PAGESIZE,
        "verified": programs,
        "seconds": {
            "types": round(offsets - started, 3),
            "compile, attach": round(attached - offsets, 3),
            "calls": round(time.monotonic() - attached, 3),
        },
    }
    return descriptors, figures


def hand_over(link: socket.socket, descriptors: dict[str, int], figures: dict[str, Any]) -> None:
    names = list(descriptors)
    for at in range(0, len(names), BATCH):
        part = names[at : at + BATCH]
        socket.send_fds(link, [json.dumps({"names": part}).encode()], [descriptors[name] for name in part])
    link.sendall(json.dumps({"ready": figures}).encode())


def main() -> int:
    wanted = json.loads(sys.argv[1])
    link = socket.socket(fileno=wanted["socket"])
    work = Path(tempfile.mkdtemp(prefix="firmer-"))
    try:
        stub_tree.make(work)
        os.environ["BCC_KERNEL_SOURCE"] = str(work)
        hand_over(link, *load(wanted))
    except Refused as refusal:
        link.sendall(json.dumps({"error": refusal.args[0], "next": refusal.args[1]}).encode())
        return 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # BCC's own clean-up would detach what was handed over a moment too early for nobody's good
