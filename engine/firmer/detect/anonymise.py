"""A capture without names: users, hosts, addresses, paths, arguments and payloads replaced by a keyed hash.

The same text always becomes the same other text of the same length, so that what belongs together stays together. Short words may meet in
one hash; directories that every host has keep their names, or nothing could be recognised. LEFT says what is not touched.
"""

import hmac
import json
from collections import Counter
from collections.abc import Callable
from hashlib import sha256

from firmer.capture.encode import encode_event
from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.event import Event
from firmer.events.section import Section
from firmer.events.table import PARAM_TYPES, event_types

LEFT = (
    "times, process ids, user and group ids, ports, sizes, flags, results",
    "names of processes (comm) and of environment variables",
    "container ids and cgroups",
    "names of network interfaces, private and loopback ranges of addresses (10/8, 172.16/12, 192.168/16, 127/8, fe80/16 and the like)",
    "values of parameters without a fixed type (socket options, ptrace data, io_uring, bpf …)",
)
LETTERS = b"abcdefghijklmnopqrstuvwxyz234567"
STANDARD = frozenset(
    b"bin boot dev etc home lib lib32 lib64 libexec local media mnt opt proc root run sbin self share srv sys tmp usr var . ..".split()
)
NAMED = (1, 2, 8, 16)  # descriptors whose name somebody chose: files, folders, unix sockets; others are called [eventpoll] or pipe:[4]
KEPT_TEXTS = frozenset(["comm", "cgroups"])
AF_UNIX, AF_INET, AF_INET6 = 1, 2, 10
MAPPED = bytes(10) + b"\xff\xff"


class Anonymiser:
    """Replaces by one key."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.replaced: Counter[str] = Counter()
        self._words: dict[bytes, bytes] = {}

    def digest(self, value: bytes, size: int) -> bytes:
        found = b""
        while len(found) < size:
            found += hmac.new(self.key, len(found).to_bytes(4, "little") + value, sha256).digest()
        return found[:size]

    def word(self, value: bytes) -> bytes:
        """Letters and digits, as many as there were bytes."""
        if not value or value in STANDARD:
            return value
        known = self._words.get(value)
        if known is None:
            known = bytes(LETTERS[byte & 31] for byte in self.digest(value, len(value)))
            if len(self._words) < 1 << 16:  # a hostile capture must not fill the memory
                self._words[value] = known
        return known

    def text(self, value: bytes) -> bytes:
        """A path, name or list of arguments: every word between slashes, colons, equals signs, blanks and NULs."""
        if not value.strip(b"\0"):
            return value
        self.replaced["texts and paths"] += 1
        out, start = bytearray(), 0
        for at, byte in enumerate(value):
            if byte in b"/:= \0,;@":
                out += self.word(value[start:at]) + value[at : at + 1]
                start = at + 1
        return bytes(out) + self.word(value[start:])

    def environment(self, value: bytes) -> bytes:
        pairs = [entry.partition(b"=") for entry in value.split(b"\0")]
        return b"\0".join(name + equals + self.text(rest) for name, equals, rest in pairs)

    def payload(self, value: bytes) -> bytes:
        self.replaced["payloads"] += bool(value)
        return bytes(LETTERS[byte & 31] for byte in self.digest(value, len(value)))

    def address(self, ip: bytes) -> bytes:
        """Another address of the same range, private or public; what means no host stays."""
        if not any(ip) or (len(ip) == 4 and ip[0] in (127, 255)) or ip == bytes(15) + b"\1":
            return ip
        if len(ip) == 16 and ip.startswith(MAPPED):
            return MAPPED + self.address(ip[12:])
        self.replaced["addresses"] += 1
        noise = self.digest(ip, 16)
        if len(ip) == 16:
            return (ip[:2] if ip[0] >= 0xFC else b"\x20\x01") + noise[2:]
        if ip[0] == 10:
            return ip[:1] + noise[1:4]
        if ip[:2] in (b"\xc0\xa8", b"\xa9\xfe") or (ip[0] == 172 and ip[1] & 0xF0 == 16):
            return ip[:2] + noise[2:4]
        return bytes([11 + noise[0] % 100]) + noise[1:4]

    def sockaddr(self, value: bytes) -> bytes:
        family = value[0] if value else 0
        width = {AF_INET: 4, AF_INET6: 16}.get(family, 0)
        if width:
            return value[:1] + self.address(value[1 : 1 + width]) + value[1 + width :] if len(value) >= 1 + width else self.payload(value)
        return value[:1] + self.text(value[1:])

    def socktuple(self, value: bytes) -> bytes:
        family = value[0] if value else 0
        width = {AF_INET: 4, AF_INET6: 16}.get(family, 0)
        if width:
            if len(value) != 1 + 2 * (width + 2):
                return self.payload(value)
            second = 1 + width + 2
            return (
                value[:1]
                + self.address(value[1 : 1 + width])
                + value[1 + width : second]
                + self.address(value[second : second + width])
                + value[second + width :]
            )
        return value[:17] + self.text(value[17:])

    def container(self, value: bytes) -> bytes:
        """The record of a container, with its id and kind only; everything else of it names something."""
        try:
            record = json.loads(value.rstrip(b"\0"))["container"]
            kept = {name: record[name] for name in ("id", "type") if name in record}
        except (ValueError, KeyError, TypeError, RecursionError):
            return b"{}\0"
        self.replaced["container records, cut down to id and kind"] += 1
        return json.dumps({"container": kept}).encode() + b"\0"

    def section(self, section: Section) -> Section:
        if section.machine is not None:
            section.machine.hostname = self.text(section.machine.hostname)
        for user in section.users:
            user.name, user.home, user.shell = self.text(user.name), self.text(user.home), self.text(user.shell)
        for group in section.groups:
            group.name = self.text(group.name)
        for interface in section.interfaces:
            interface.ip, interface.broadcast = self.address(interface.ip), self.address(interface.broadcast)
        for thread in section.threads:
            thread.exe, thread.exepath, thread.cwd = self.text(thread.exe), self.text(thread.exepath), self.text(thread.cwd)
            thread.args, thread.env, thread.root = self.text(thread.args), self.environment(thread.env), self.text(thread.root)
        for fds in section.fds.values():
            for fd in fds:
                fd.sip, fd.dip = self.address(fd.sip), self.address(fd.dip)
                fd.name = self.text(fd.name) if fd.type in NAMED or b"/" in fd.name else fd.name
        section.containers = [self.container(record) for record in section.containers]
        section.plugin_containers = [self.container(record) for record in section.plugin_containers]
        return section

    def param(self, name: str, kind: str, value: bytes) -> bytes:
        """One parameter of an event, by its type and name."""
        if name in KEPT_TEXTS:
            return value
        if kind == "CHARBUF" and name == "json":
            return self.container(value)
        if kind == "BYTEBUF" and name not in ("args", "env"):
            return self.payload(value)
        how: Callable[[bytes], bytes] | None = {
            "FSPATH": self.text, "FSRELPATH": self.text, "CHARBUF": self.text, "CHARBUFARRAY": self.text, "CHARBUF_PAIR_ARRAY": self.text,
            "SOCKADDR": self.sockaddr, "SOCKTUPLE": self.socktuple, "IPV4ADDR": self.address, "IPV6ADDR": self.address,
            "BYTEBUF": self.environment if name == "env" else self.text,
        }.get(kind)  # fmt: skip
        return value if how is None else how(value)


def anonymise(reader: Reader, writer: Writer, anonymiser: Anonymiser) -> None:
    """Carry a whole capture over. Raises BadCapture at damage, with all before it written."""
    rows = event_types()
    forms = [[(name, PARAM_TYPES[form]) for name, form, _ in row["params"]] for row in rows]
    for step in reader.steps():
        if isinstance(step, Event):
            params = [step.raw_bytes(k) or b"" for k in range(step.nparams)]
            form = forms[step.type]
            # beyond the table: a parameter of which nobody knows what it says
            changed = [anonymiser.param(*form[k], value) if k < len(form) else anonymiser.payload(value) for k, value in enumerate(params)]
            if changed == params:
                writer.write(step)
            else:
                writer.event_bytes(encode_event(step.type, step.ts, step.tid, changed, step.cpu, step.flags))
        else:
            writer.section(anonymiser.section(step))
