"""Boots another kernel in an emulated machine over this host's files, read-only, and runs one command in it as root.

    python tests/kernels/boot.py FOLDER [COMMAND ...]

FOLDER is an unpacked kernel package (dpkg-deb -x): a vmlinuz and lib/modules somewhere below. Without a command the live tests run.
Needed besides: qemu-system-x86_64, a static busybox, kmod. The host is changed nowhere: what the guest writes is in its memory.
"""

import argparse
import gzip
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = [
    "virtio_pci",
    "9pnet_virtio",
    "9p",
    "overlay",
    "tun",
    "dummy",
    "veth",
    "unix_diag",
    "tcp_diag",
    "udp_diag",
]  # absent where built in
TESTS = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--color=no", "-rfEs", "tests/live"]
MACHINES = {  # how it is emulated, its console
    "x86_64": (["-M", "q35", "-cpu", "max,la57=off"], "ttyS0"),
    "aarch64": (["-M", "virt", "-cpu", "max,pauth-impdef=on"], "ttyAMA0"),
}
MARK = "firmer-guest-ended"
CONTROL = re.compile(r"\x1b(c|\[[?0-9;]*[a-zA-Z])|\r")  # what firmware says to terminals

# The first process, in the memory disk: modules, then the host's files as the root.
INIT = """#!/bin/busybox sh
export PATH=/bin
busybox mkdir -p /proc /sys /dev /root
busybox mount -t proc proc /proc
for module in $(busybox cat /order); do busybox insmod /modules/$module; done
busybox mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose root /root
busybox umount /proc
exec busybox switch_root /root /bin/sh -c "$(busybox cat /stage)"
"""

# The second, in the host's files. All that is written goes to memory; the folders that the command needs below /tmp come back read-only.
STAGE = """
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1
export CACHE_DIRECTORY=/run/firmer-cache
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 shm /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t debugfs debugfs /sys/kernel/debug
mount -t tracefs tracefs /sys/kernel/tracing
mount -t tmpfs -o mode=755 run /run
mkdir -p /run/host
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose host /run/host
for folder in /tmp /var/tmp /var/cache /var/log /home /mnt; do mount -t tmpfs -o mode=1777 tmp $folder; done
for folder in {folders}; do [ -d $folder ] || {{ mkdir -p $folder; mount --bind /run/host$folder $folder; }}; done
ip link set lo up
hostname guest
sysctl -qw net.ipv4.ping_group_range='0 2147483647'
cd {root}
echo "kernel $(uname -r), $(nproc) processors"
{command}
echo {mark} $?
sync
echo o > /proc/sysrq-trigger
while :; do :; done
"""


def needed(release: str, modules: Path, name: str) -> list[Path]:
    """Files of a module and of what it depends on, in the order of loading; [] where it is built in or unknown."""
    told = subprocess.run(
        ["modprobe", "-d", modules, "-S", release, "-C", os.devnull, "--show-depends", name], capture_output=True, text=True, check=False
    )
    return [Path(line.split()[1]) for line in told.stdout.splitlines() if line.startswith("insmod ")]


def plain(path: Path) -> bytes:
    tool = {".xz": "xz", ".zst": "zstd", ".gz": "gzip"}.get(path.suffix)
    return subprocess.run([tool, "-dc", path], capture_output=True, check=True).stdout if tool else path.read_bytes()


def memory_disk(kernel: Path, work: Path, stage: str, busybox: str) -> Path:
    tree, order = work / "tree", []
    modules = next(path for path in kernel.rglob("lib/modules/*") if path.is_dir())
    base = work / "base"  # depmod writes; the package is left as it is
    (base / "lib/modules").mkdir(parents=True)
    shutil.copytree(modules, base / "lib/modules" / modules.name, symlinks=True)
    subprocess.run(["depmod", "-b", base, modules.name], check=True, capture_output=True)
    (tree / "modules").mkdir(parents=True)
    (tree / "bin").mkdir()
    for name in MODULES:
        for path in needed(modules.name, base, name):
            module = path.name.split(".ko")[0] + ".ko"
            if module not in order:
                order.append(module)
                (tree / "modules" / module).write_bytes(plain(path))
    shutil.rmtree(base)
    shutil.copy(busybox, tree / "bin/busybox")
    for name, text in {"init": INIT, "stage": stage, "order": "\n".join(order)}.items():
        (tree / name).write_text(text)
        (tree / name).chmod(0o755)
    names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*")))
    made = subprocess.run(["cpio", "-o", "-H", "newc"], cwd=tree, input=names.encode(), capture_output=True, check=True).stdout
    disk = work / "disk"
    disk.write_bytes(gzip.compress(made, 1))
    return disk


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("kernel", type=Path, help="folder of an unpacked kernel package")
    parser.add_argument("--machine", default=platform.machine(), help="another needs --root")
    parser.add_argument("--root", type=Path, default=Path("/"), help="files of the guest: a system of that machine (this host's)")
    parser.add_argument("--processors", type=int, default=2)
    parser.add_argument("--memory", default="4G")
    parser.add_argument("--append", default="", help="more words for the kernel's command line, as preempt=full")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run, from the project's folder (the live tests)")
    asked = parser.parse_args()
    image = next(path for path in sorted(asked.kernel.rglob("vmlinuz*")) if path.is_file())
    folders = {str(ROOT)} | ({sys.prefix, sys.base_prefix} if asked.root == Path("/") else set())
    stage = STAGE.format(
        folders=" ".join(map(shlex.quote, sorted(folders))),
        root=shlex.quote(str(ROOT)),
        command=f"PYTHONPATH=engine {shlex.join(asked.command or TESTS)}",
        mark=MARK,
    )
    busybox = shutil.which("busybox", path=f"{asked.root}/bin:{os.environ['PATH']}") or sys.exit("a static busybox is missing")
    with tempfile.TemporaryDirectory(prefix="firmer-kernel-") as work:
        disk = memory_disk(asked.kernel, Path(work), stage, busybox)
        shape, console = MACHINES[asked.machine]
        words = [f"qemu-system-{asked.machine}", *shape, "-accel", "tcg,thread=multi", "-smp", str(asked.processors), "-m", asked.memory]
        words += ["-nographic", "-no-reboot", "-nodefaults", "-serial", "stdio", "-kernel", str(image), "-initrd", str(disk)]
        for name, path in {"root": asked.root, "host": "/"}.items():
            words += ["-virtfs", f"local,path={path},security_model=none,readonly=on,multidevs=remap,mount_tag={name},id={name}"]
        words += ["-append", f"console={console} panic=-1 quiet mitigations=off {asked.append}"]
        status = 1
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, errors="replace") as guest:
            for line in guest.stdout or ():
                line = CONTROL.sub("", line)
                if line.startswith(MARK):
                    status = int(line.split()[1])
                else:
                    print(line, end="", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
