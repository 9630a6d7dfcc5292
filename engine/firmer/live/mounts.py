"""Mounts of a namespace, as its processes' mountinfo tells them."""

from dataclasses import dataclass, field

from firmer.live.files import dev_number, read_below

LONGEST = 4 << 20  # bytes of a mountinfo file: some ten thousand mounts


@dataclass(slots=True)
class Mounts:
    """One mount namespace: device number by mount id, and the upper directories of overlay mounts."""

    devices: dict[int, int] = field(default_factory=dict)
    overlays: dict[int, tuple[bytes, bytes, bytes]] = field(default_factory=dict)  # root in the file system, mount point, upper directory


class MountTables:
    """Reads each namespace once, through one of its processes."""

    def __init__(self) -> None:
        self.tables: dict[int, Mounts] = {}

    def of(self, namespace: int, directory: int) -> Mounts:
        """The mounts of a namespace; `directory` is a descriptor of /proc/PID of a member. Empty when that is gone."""
        found = self.tables.get(namespace)
        if found is None:
            try:
                found = read_mounts(read_below(directory, b"mountinfo", LONGEST))
            except OSError:
                return Mounts()
            self.tables[namespace] = found
        return found


def read_mounts(text: bytes) -> Mounts:
    """From a mountinfo file."""
    found = Mounts()
    for line in text.splitlines():
        words = line.split(b" ")
        if len(words) < 10 or b"-" not in words[6:]:
            continue
        mount, device, top, point = int(words[0]), words[2], words[3], words[4]
        major, _, minor = device.partition(b":")
        found.devices[mount] = dev_number(int(major), int(minor))
        kind = words.index(b"-", 6) + 1
        if words[kind] == b"overlay":
            upper = [option[9:] for option in words[-1].split(b",") if option.startswith(b"upperdir=")]
            if upper:
                found.overlays[mount] = (plain(top), plain(point), plain(upper[0]))
    return found


def plain(text: bytes) -> bytes:
    """A path of mountinfo without its escapes."""
    return (
        text.replace(b"\\040", b" ").replace(b"\\011", b"\t").replace(b"\\012", b"\n").replace(b"\\134", b"\\") if b"\\" in text else text
    )
