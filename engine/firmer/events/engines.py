"""The rules by which container engines name cgroups.

`find_container` gives the engine and the id for a thread's cgroups, NUL-separated `subsystem=path`. sysdig 0.29.3 asks engine after
engine and each looks at all cgroups; today each cgroup is held against all engines. Where Falco finds none, today's dialect goes on: it
knows systemd-nspawn, Fargate and Garden, and groups that a container made inside of its own, as systemd does there.
"""

import re
from collections.abc import Callable

DEEPEST = 16  # groups that a container may nest in its own
SHORT = 12  # digits of a 64-digit id that name the container
ID = re.compile(rb"[0-9a-fA-F]{64}")
BPM = re.compile(rb"[A-Za-z0-9._-]+")
ESCAPE = re.compile(rb"\\x([0-9a-f]{2})")
Matcher = Callable[[bytes], bytes]


def runc(*forms: tuple[bytes, bytes]) -> Matcher:
    """64 hex digits between the last prefix and the last suffix of one of the forms; the first 12 are the id."""

    def match(path: bytes) -> bytes:
        for prefix, suffix in forms:
            start = path.rfind(prefix)
            if start < 0:
                continue
            start += len(prefix)
            end = path.rfind(suffix) if suffix else len(path)
            if end >= start and end - start == 64 and ID.fullmatch(path, start, end):
                return path[start : start + SHORT]
        return b""

    return match


def between(*starts: bytes) -> Matcher:
    """What stands behind one of the starts, up to the next slash."""

    def match(path: bytes) -> bytes:
        for start in starts:
            at = path.find(start)
            if at >= 0:
                return path[at + len(start) :].split(b"/", 1)[0]
        return b""

    return match


def libvirt(scope: bytes) -> Matcher:
    def match(path: bytes) -> bytes:
        if path.endswith(b".libvirt-lxc"):
            return path[: -len(b".libvirt-lxc")].rsplit(b"/", 1)[-1]
        at = path.find(b"-lxc\\x2")
        if at >= 0 and path.endswith(scope):
            return path[at + len(b"-lxc\\x2") + 1 : -len(scope)]
        at = path.find(b"/libvirt/lxc/")
        return path[at + len(b"/libvirt/lxc/") :] if at >= 0 else b""

    return match


def bpm(path: bytes) -> bytes:
    """All behind the first `bpm-`, if it is one word: nothing when another path component follows."""
    name = path.partition(b"bpm-")[2].removesuffix(b".scope")
    return name if BPM.fullmatch(name) else b""


def containerd(path: bytes) -> bytes:
    """`/namespace/id`: 64 hex digits, or any shorter id that is not a unit of systemd."""
    parts = path.split(b"/", 2)
    if len(parts) != 3 or parts[0] or not parts[1] or not parts[2]:
        return b""
    name = parts[2]
    if ID.fullmatch(name):
        return name[:SHORT]
    if b"/" in name or len(name) >= 64 or name.endswith((b".service", b".slice", b".scope")):
        return b""
    return name[:SHORT]


def nspawn(path: bytes) -> bytes:
    """`machine-NAME.scope` or `systemd-nspawn@NAME.service`, with systemd's escapes; other machines are no containers, or libvirt's."""
    for start, end in ((b"/machine-", b".scope"), (b"/systemd-nspawn@", b".service")):
        name = path.partition(start)[2].split(b"/", 1)[0]
        if name.endswith(end) and not name.startswith((b"qemu\\x2d", b"lxc\\x2d")):
            return ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), name[: -len(end)])
    return b""


def below(*forms: tuple[bytes, bytes]) -> Matcher:
    """A component of one form below a component of another, each whole."""
    patterns = [re.compile(rb"/(?:" + parent + rb")/(" + own + rb")(?:/|$)") for parent, own in forms]

    def match(path: bytes) -> bytes:
        found = next((found for pattern in patterns if (found := pattern.search(path))), None)
        return found[1] if found else b""

    return match


PODMAN_FORMS = ((b"/libpod-", b".scope"),)
PODMAN_TODAY = tuple((prefix, suffix) for prefix in (b"/libpod-payload-", b"/libpod-") for suffix in (b".scope/container", b".scope", b""))
CRI_FORMS = ((b"/", b""), (b"/crio-", b""), (b"/cri-containerd-", b".scope"), (b"/crio-", b".scope"), (b":cri-containerd:", b""))
CRI_TODAY = (*CRI_FORMS, (b"/docker-", b".scope"), (b"/nerdctl-", b".scope"))
DOCKER = runc((b"/", b""), (b"/docker-", b".scope"))

SYSDIG: tuple[tuple[str, Matcher], ...] = (
    ("podman", runc(*PODMAN_FORMS)),
    ("docker", DOCKER),
    ("cri", runc(*CRI_FORMS)),
    ("lxc", between(b"/lxc/", b"/lxc.payload/")),
    ("libvirt-lxc", libvirt(b".scope")),
    ("bpm", bpm),
)
TODAY: tuple[tuple[str, Matcher], ...] = (
    ("podman", runc(*PODMAN_TODAY)),
    ("docker", DOCKER),
    ("cri", runc(*CRI_TODAY)),
    ("containerd", containerd),
    ("lxc", between(b"/lxc/", b"/lxc.payload.")),
    ("libvirt-lxc", libvirt(b".scope/libvirt")),
    ("bpm", bpm),
    ("nspawn", nspawn),
    ("fargate", below((rb"[0-9a-f]{32}|ecs", rb"[0-9a-f]{32}-[0-9]+"))),
    ("garden", below((rb"garden", rb"[0-9a-f-]{28,36}"))),
)
LOOSE = "containerd"  # takes any two names, so what another hierarchy says without a doubt is better
# whose form is unmistakable; only these look for it further up in a path
NESTED = TODAY[:3]
SURE = {engine for engine, _ in NESTED}


def find_container(cgroups: bytes, sysdig: bool) -> tuple[str, bytes]:
    """(engine, container id); ("", b"") on the host."""
    return find_group(cgroups, sysdig)[:2]


def find_group(cgroups: bytes, sysdig: bool) -> tuple[str, bytes, bytes]:
    """(engine, container id, path of the group that names it)."""
    cut = bytes.rpartition if sysdig else bytes.partition
    paths = [cut(entry, b"=")[2] for entry in cgroups.split(b"\0") if entry]
    if sysdig:
        pairs = ((engine, match, path) for engine, match in SYSDIG for path in paths)
    else:
        pairs = ((engine, match, path) for path in paths for engine, match in TODAY)
    guess = "", b"", b""
    for engine, match, path in pairs:
        if guess[0] and engine not in SURE:
            continue
        found = match(path)
        if found and (engine != LOOSE or sysdig):
            return engine, found, path
        if found:
            guess = engine, found, path
    return guess if guess[0] or sysdig else find_above(paths)


def find_above(paths: list[bytes]) -> tuple[str, bytes, bytes]:
    """The nearest group above that is a container's."""
    for path in paths:
        for _ in range(min(path.count(b"/"), DEEPEST)):
            path = path[: path.rfind(b"/")]
            for engine, match in NESTED:
                found = match(path)
                if found:
                    return engine, found, path
    return "", b"", b""
