"""The loader: compiles the probe with BCC, attaches it, hands every descriptor over and ends.

    /usr/bin/python3 -I loader.py '{"socket": FD, "probe": FOLDER, "events": BYTES, "life": BYTES, "watched": N, "enters": BOOL,
                                    "cache": FOLDER or null}'

Runs in the system's interpreter, where BCC lives, with the standard library and four modules beside it only. Messages on the
socket (SOCK_SEQPACKET) are JSON: {"names": [...]} with as many descriptors, as often as needed, then {"ready": {...}}; or
{"error": what, "next": what to do}. BCC may abort the process: whoever started it then has its standard error and its status.
"""

import contextlib
import ctypes as ct
import json
import mmap
import os
import platform
import re
import resource
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

if __package__:
    from firmer.live import bpf, btf, image, stub_tree
else:
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # -I leaves it out
    import bpf  # type: ignore[import-not-found, no-redef]
    import btf  # type: ignore[import-not-found, no-redef]
    import image  # type: ignore[import-not-found, no-redef]
    import stub_tree  # type: ignore[import-not-found, no-redef]

HEADERS = "events.h regs.h scap.h path.h task.h flags.h socket.h calls_numbers.h calls_flags.h calls.h".split()  # first and in this order
CALLS = 1024  # slots of a program array; a power of two above all numbers, x32's included
COMPONENTS = 80  # of one path
BATCH = 200  # descriptors a message: the kernel takes 253
NOTHING = bytes([0xB7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0])  # a program: return 0
KINDS = {"raw_tracepoint__": "attached", "later_": "later", "step_": "step", "sys_": "call"}  # by the beginning of a function's name
ENTERS = "raw_tracepoint__sys_enter"  # only for who asked
# programs hold these; an array of programs empties without a descriptor
INNER = {"map:scratch", "map:io_pending", "map:io_repeated", "map:io_quiet", "map:io_quiets"}


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


def options(types: btf.Btf, folder: Path) -> list[str]:
    machine = platform.machine()
    if machine not in ("x86_64", "aarch64"):
        raise Refused(f"the probe knows no {machine}", "x86-64 and aarch64 are supported")
    out = types.macros((folder / "fields.txt").read_text())
    stride = types.field("mm_struct.rss_stat")[1] // 4  # four counters: plain longs, since 6.2 percpu_counters
    counter = types.field("percpu_counter.count")[0] // 8 if stride > 8 else 0
    return [
        *out,
        "-g0",  # line numbers of a refused program are not worth a fifth of the compiler's time
        f"-D{machine.upper()}=1",
        f"-DPAGE={mmap.PAGESIZE}",
        f"-DNCPU={cpus()}",
        f"-DCALLS={CALLS}",
        f"-DMAX_COMPONENTS={COMPONENTS}",
        f"-DRSS_STRIDE={stride}",
        f"-DRSS_COUNT={counter}",
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
    later = [name for name in ("io_uring_task_work_run", "io_uring_local_work_run") if types.parameters(name)]
    return [*fields, f"-DIO_URING={submit}", f"-DIO_COMPLETE_ARGS={completes}", *(f"-DHAS_{name}" for name in later)]


def effort(descriptor: int) -> int:
    """Instructions that the verifier walked through; 0: this kernel does not tell (before 5.16)."""
    found = re.search(r"verified_insns:\s+(\d+)", Path(f"/proc/self/fdinfo/{descriptor}").read_text())
    return int(found[1]) if found else 0


def kernel_types() -> btf.Btf:
    try:
        return btf.Btf()
    except OSError as error:
        raise Refused(str(error), "a kernel built with CONFIG_DEBUG_INFO_BTF is needed (5.8 or newer)") from None


def compiled(text: str, flags: list[str]) -> image.Image:
    """By BCC; nothing is loaded or attached here."""
    try:
        from bcc import BPF, lib  # type: ignore[import-not-found]
    except ImportError:
        raise Refused("the BCC module is missing", "install it: apt install python3-bpfcc") from None

    class Compiler(BPF):  # type: ignore[misc]
        def _trace_autoload(self) -> None:
            """BCC would load and attach by the names of functions."""

    work = Path(tempfile.mkdtemp(prefix="firmer-"))
    try:
        stub_tree.make(work)
        os.environ["BCC_KERNEL_SOURCE"] = str(work)
        probe = Compiler(text=text, cflags=flags)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    lib.bpf_table_name.restype, lib.bpf_table_name.argtypes = ct.c_char_p, [ct.c_void_p, ct.c_size_t]  # BCC itself has no use for it
    maps = {}
    for k in range(lib.bpf_num_tables(probe.module)):
        maps[lib.bpf_table_name(probe.module, k).decode()] = int(lib.bpf_table_fd_id(probe.module, k))
    names = [lib.bpf_function_name(probe.module, k) for k in range(lib.bpf_num_functions(probe.module))]
    return image.taken(maps, {name.decode(): probe.dump_func(name) for name in names})


def loaded(made: image.Image, entries: dict[str, int]) -> dict[str, int]:
    """Name → descriptor of each map and program: map:, call:, step:, attached:, later:. `entries`: sizes of maps that are this start's choice."""
    shapes = {name: replace(shape, entries=entries.get(name, shape.entries)) for name, shape in made.maps.items()}
    out = {f"map:{name}": bpf.create(name, shape) for name, shape in shapes.items()}
    for function, code in image.relocated(made, {name: out[f"map:{name}"] for name in made.maps}).items():
        kind, name = next((kind, function[len(prefix) :]) for prefix, kind in KINDS.items() if function.startswith(prefix))
        out[f"{kind}:{name}"] = bpf.load(name, code)
    return out


def attached(descriptors: dict[str, int], steps: list[str]) -> dict[str, int]:
    """Puts the steps in their places, then attaches."""
    for k, name in enumerate(steps):
        if f"step:{name}" not in descriptors:
            continue  # of what this kernel does not have
        bpf.update(descriptors["map:steps"], k.to_bytes(4, sys.byteorder), descriptors[f"step:{name}"].to_bytes(4, sys.byteorder))
    tracepoints = [name.partition(":")[2] for name in descriptors if name.startswith("attached:")]
    return {f"link:{name}": bpf.attach(name, descriptors[f"attached:{name}"]) for name in tracepoints}


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """The kernel's refusals as ours, with what to do."""
    try:
        yield
    except bpf.Rejected as error:
        raise Refused(f"the kernel refuses {error}", f"please report the verifier's words:\n{error.log}") from None
    except PermissionError:
        raise Refused(
            "permission denied", "run as root or with CAP_BPF and CAP_PERFMON; before Linux 5.11 also with LimitMEMLOCK=infinity"
        ) from None


def load(wanted: dict[str, Any]) -> tuple[dict[str, int], dict[str, Any]]:
    """Compiles or finds what was compiled before, loads, attaches. → (name → descriptor, figures)"""
    folder, times = Path(wanted["probe"]), [time.monotonic()]
    # before 5.11 maps and programs count as locked memory, of all of the user's processes: another probe's leave no room for the smallest
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_MEMLOCK, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    with refusals():
        os.close(bpf.load("try", NOTHING))  # whoever may not load learns it before the compiler's seconds
    types = kernel_types()
    text, _, steps = source(folder)
    try:
        flags = options(types, folder) + [f"-DSTEP_{name}={k}" for k, name in enumerate(steps)]
    except btf.Missing as error:
        raise Refused(f"this kernel has no {error.args[0]}", "probe/fields.txt needs another alternative for this kernel") from None
    times.append(time.monotonic())
    cache, name = Path(wanted["cache"]) if wanted.get("cache") else None, image.key(text, flags)
    made = image.find(cache, name) if cache else None
    was_kept = made is not None
    if made is None:
        made = compiled(text, flags)
        if cache:
            image.keep(cache, name, made)
    times.append(time.monotonic())
    if not wanted["enters"]:
        made.programs.pop(ENTERS, None)
    with refusals():
        descriptors = loaded(made, {"events": wanted["events"], "life": wanted["life"], "watch": wanted["watched"]})
        descriptors |= attached(descriptors, steps)
    times.append(time.monotonic())
    figures = {
        "cpus": cpus(),
        "calls": CALLS,
        "page": mmap.PAGESIZE,
        "kept": was_kept,
        "verified": {name: effort(number) for name, number in descriptors.items() if not name.startswith(("map:", "link:"))},
        "seconds": {what: round(to - since, 3) for what, since, to in zip(("types", "compile", "load"), times, times[1:], strict=False)},
    }
    return {name: number for name, number in descriptors.items() if name not in INNER}, figures


def hand_over(link: socket.socket, descriptors: dict[str, int], figures: dict[str, Any]) -> None:
    names = list(descriptors)
    for at in range(0, len(names), BATCH):
        part = names[at : at + BATCH]
        socket.send_fds(link, [json.dumps({"names": part}).encode()], [descriptors[name] for name in part])
    link.sendall(json.dumps({"ready": figures}).encode())


def main() -> int:
    wanted = json.loads(sys.argv[1])
    link = socket.socket(fileno=wanted["socket"])
    try:
        hand_over(link, *load(wanted))
    except Refused as refusal:
        link.sendall(json.dumps({"error": refusal.args[0], "next": refusal.args[1]}).encode())
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stderr.flush()
    os._exit(status)  # BCC's own clean-up would detach what was handed over a moment too early for nobody's good
