"""Mounts, as the mountinfo of processes tells them: asking a file system itself might never end."""

from dataclasses import dataclass

from firmer.live.files import dev_number, read_below

LONGEST = 4 << 20  # bytes of a mountinfo file: some ten thousand mounts
MOST = 1 << 18  # mounts of all namespaces


@dataclass(frozen=True, slots=True)
class Mount:
    """`root` in the file system, `point` where it is seen; `upper` is the upper directory of an overlay."""

    device: int
    kind: bytes
    root: bytes
    point: bytes
    read_only: bool
    upper: bytes = b""


class MountTables:
    """All namespaces together, since the kernel gives no mount id twice. Each namespace is read once, through one of its processes."""

    def __init__(self) -> None:
        self.mounts: dict[int, Mount] = {}
        self.devices: dict[int, int] = {}
        self._read: set[int] = set()

    def read(self, namespace: int, directory: int) -> None:
        """Knows a namespace from now on; `directory` is a descriptor of /proc/PID of a member."""
        if namespace in self._read or len(self.mounts) > MOST:
            return
        try:
            found = read_mounts(read_below(directory, b"mountinfo", LONGEST))
        except OSError:
            return  # it is gone, another will tell
        self._read.add(namespace)
        self.mounts.update(found)
        self.devices.update((number, mount.device) for number, mount in found.items())


def read_mounts(text: bytes) -> dict[int, Mount]:
    """By mount id, from a mountinfo file."""
    found = {}
    for line in text.splitlines():
        words = line.split(b" ")
        if len(words) < 10 or b"-" not in words[6:]:
            continue
        major, _, minor = words[2].partition(b":")
        kind = words[words.index(b"-", 6) + 1]
        upper = [option[9:] for option in words[-1].split(b",") if option.startswith(b"upperdir=")] if kind == b"overlay" else []
        found[int(words[0])] = Mount(
            dev_number(int(major), int(minor)), kind, plain(words[3]), plain(words[4]),
            b"ro" in (*words[5].split(b","), *words[-1].split(b",")), plain(upper[0]) if upper else b"",
        )  # fmt: skip
    return found


def plain(text: bytes) -> bytes:
    """A path of mountinfo without its escapes."""
    return (
        text.replace(b"\\040", b" ").replace(b"\\011", b"\t").replace(b"\\012", b"\n").replace(b"\\134", b"\\") if b"\\" in text else text
    )


def mount_id(fd: int) -> int:
    """Of what a descriptor of ours leads to; -1 where the kernel does not tell."""
    text = read_below(fd, b"/proc/self/fdinfo/%d" % fd, 512)
    return int(text.partition(b"mnt_id:\t")[2].partition(b"\n")[0] or -1)
