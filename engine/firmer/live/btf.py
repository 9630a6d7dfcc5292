"""Offsets of kernel structs, from the running kernel's own type information (BTF).

libbpf.so.1 does the reading; it is on every machine that has BCC, which depends on it. Runs in the loader, so it knows the standard library only.
"""

import ctypes as ct

PTR, ARRAY, STRUCT, UNION, ENUM, TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG = 2, 3, 4, 5, 6, 8, 9, 10, 11, 18
ALIASES = {TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG}
HEADER = 12  # bytes of struct btf_type: name, info, size or type


class Missing(KeyError):
    """The kernel has no such struct, field or enumerator."""


class Btf:
    """The kernel's types. Needs only read access to /sys/kernel/btf/vmlinux."""

    def __init__(self) -> None:
        self.lib = ct.CDLL("libbpf.so.1", use_errno=True)
        for name, result, arguments in (
            ("btf__load_vmlinux_btf", ct.c_void_p, []),
            ("btf__find_by_name_kind", ct.c_int, [ct.c_void_p, ct.c_char_p, ct.c_uint]),
            ("btf__type_by_id", ct.c_void_p, [ct.c_void_p, ct.c_uint]),
            ("btf__name_by_offset", ct.c_char_p, [ct.c_void_p, ct.c_uint]),
            ("btf__resolve_size", ct.c_longlong, [ct.c_void_p, ct.c_uint]),
        ):
            function = getattr(self.lib, name)
            function.restype, function.argtypes = result, arguments
        self.btf = self.lib.btf__load_vmlinux_btf()
        if not self.btf or self.btf >= 1 << 64 - 12 << 12:  # libbpf before 1.0 gives -errno
            raise OSError(ct.get_errno(), "no type information (BTF) in /sys/kernel/btf/vmlinux")

    def _type(self, number: int) -> tuple[int, int, int, bool, int]:
        """Address behind the header, kind, number of members, whether offsets hold bit sizes, size or type."""
        at = self.lib.btf__type_by_id(self.btf, number)
        _, info, size = (ct.c_uint32 * 3).from_address(at)
        return at + HEADER, (info >> 24) & 31, info & 0xFFFF, bool(info >> 31), size

    def _resolved(self, number: int) -> int:
        while True:
            _, kind, _, _, target = self._type(number)
            if kind not in ALIASES:
                return number
            number = target

    def _name(self, offset: int) -> str:
        return str(self.lib.btf__name_by_offset(self.btf, offset).decode())

    def find(self, name: str, kind: int = STRUCT) -> int:
        number: int = self.lib.btf__find_by_name_kind(self.btf, name.encode(), kind)
        if number <= 0:
            raise Missing(name)
        return number

    def _member(self, number: int, name: str) -> tuple[int, int] | None:
        """(offset in bits, type) of a member, also inside anonymous structs and unions."""
        at, _, count, bit_sizes, _ = self._type(number)
        for k in range(count):
            label, kind_of, offset = (ct.c_uint32 * 3).from_address(at + 12 * k)
            bits = offset & 0xFFFFFF if bit_sizes else offset
            if label and self._name(label) == name:
                return bits, kind_of
            if not label:
                inner = self._resolved(kind_of)
                if self._type(inner)[1] in (STRUCT, UNION):
                    found = self._member(inner, name)
                    if found:
                        return bits + found[0], found[1]
        return None

    def size(self, struct: str) -> int:
        return int(self.lib.btf__resolve_size(self.btf, self.find(struct)))

    def enumerator(self, enum: str, name: str) -> int:
        at, _, count, _, _ = self._type(self.find(enum, ENUM))
        for k in range(count):
            label, value = (ct.c_int32 * 2).from_address(at + 8 * k)
            if self._name(label) == name:
                return value
        raise Missing(f"{enum}:{name}")

    def field(self, path: str) -> tuple[int, int]:
        """`struct.member.member[index]` → (offset in bits, size in bytes); `a|b` is whichever member there is."""
        struct, *steps = path.split(".")
        number, bits = self.find(struct), 0
        for step in steps:
            names, _, index = step.rstrip("]").partition("[")
            found = next(filter(None, (self._member(number, name) for name in names.split("|"))), None)
            if found is None:
                raise Missing(path)
            bits += found[0]
            number = self._resolved(found[1])
            if index:
                enum, _, name = index.rpartition(":")
                at, kind, _, _, _ = self._type(number)
                if kind != ARRAY:
                    raise Missing(f"{path}: not an array")
                number = self._resolved(ct.c_uint32.from_address(at).value)
                width = self.lib.btf__resolve_size(self.btf, number)
                bits += 8 * width * (self.enumerator(enum, name) if enum else int(name))
        return bits, int(self.lib.btf__resolve_size(self.btf, number))

    def parameters(self, tracepoint: str) -> int:
        """How many arguments a raw tracepoint has, 0: there is no such tracepoint."""
        try:
            number = self.find(f"btf_trace_{tracepoint}", TYPEDEF)
        except Missing:
            return 0
        prototype = self._type(self._resolved(number))[4]
        return self._type(prototype)[2] - 1

    def macros(self, text: str) -> list[str]:
        """Compiler options for a field list; `probe/fields.txt` says how one is written."""
        out: list[str] = []
        for line in text.splitlines():
            wanted = line.partition("#")[0].strip()
            if wanted:
                out += self._macro(wanted.rstrip(" ?"), wanted.endswith("?"))
        return out

    def _macro(self, wanted: str, optional: bool) -> list[str]:
        if wanted.startswith("sizeof "):
            return [f"-DSIZE_{wanted[7:]}={self.size(wanted[7:])}"]
        if wanted.startswith("enum "):
            enum, _, name = wanted[5:].partition(":")
            try:
                return [f"-DENUM_{name}={self.enumerator(enum, name)}"]
            except Missing:
                return [f"-DENUM_{name}=-1"]
        label, _, paths = wanted.rpartition("=")
        for path in paths.split("||"):
            try:
                bits, size = self.field(path.strip())
            except Missing:
                continue
            label = label or "_".join(step.partition("|")[0] for step in path.strip().split("."))
            return [f"-DOFF_{label}={bits // 8}", f"-DSIZE_{label}={size}", f"-DBIT_{label}={bits % 8}"]
        if optional:
            return []
        raise Missing(wanted)
