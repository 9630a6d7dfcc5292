"""Patterns in plain Python: globs, path prefixes, regular expressions. The reference for the native matchers."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any

CLASSES: dict[bytes, Callable[[bytes], bool]] = {
    b"alnum": bytes.isalnum, b"alpha": bytes.isalpha, b"digit": bytes.isdigit, b"lower": bytes.islower, b"upper": bytes.isupper,
    b"space": lambda c: c in b" \t\n\r\f\v", b"blank": lambda c: c in b" \t", b"cntrl": lambda c: c[0] < 32 or c[0] == 127,
    b"print": lambda c: 32 <= c[0] < 127, b"graph": lambda c: 32 < c[0] < 127, b"xdigit": lambda c: c in b"0123456789abcdefABCDEF",
    b"punct": lambda c: 32 < c[0] < 127 and not c.isalnum(),
}  # fmt: skip


@lru_cache(4096)
def glob_tokens(pattern: bytes, fold: bool = False) -> tuple[frozenset[int] | None, ...] | None:
    """A pattern as a row of sets of bytes, one for each byte of a fitting text; None stands for `*`. No row at all: nothing fits."""
    tokens: list[frozenset[int] | None] = []
    at = 0
    while at < len(pattern):
        char = pattern[at : at + 1]
        at += 1
        if char == b"*":
            if not tokens or tokens[-1] is not None:
                tokens.append(None)
            continue
        if char == b"?":
            tokens.append(frozenset(range(256)))
            continue
        if char == b"[":
            found = _bracket(pattern, at, fold)
            if found is not None:
                members, at = found
                tokens.append(members)
                continue
        elif char == b"\\":
            if at == len(pattern):
                return None
            char = pattern[at : at + 1]
            at += 1
        tokens.append(_folded(frozenset(char)) if fold else frozenset(char))
    return tuple(tokens)


def _bracket(pattern: bytes, at: int, fold: bool) -> tuple[frozenset[int], int] | None:
    """Members of the bracket that opened before `at`, and where it ends; None when nothing closes it: then `[` is a plain character."""
    negated = pattern[at : at + 1] in (b"!", b"^")
    at += negated
    members: set[int] = set()
    first = True
    while True:
        char = pattern[at : at + 1]
        if not char:
            return None
        if char == b"]" and not first:
            break
        first = False
        if pattern.startswith(b"[:", at) and (end := pattern.find(b":]", at + 2)) >= 0 and pattern[at + 2 : end] in CLASSES:
            members |= {c for c in range(256) if CLASSES[pattern[at + 2 : end]](bytes([c]))}
            at = end + 2
            continue
        if char == b"\\":
            at += 1
            char = pattern[at : at + 1]
            if not char:
                return None
        low = high = char[0]
        at += 1
        if pattern[at : at + 1] == b"-" and pattern[at + 1 : at + 2] not in (b"]", b""):
            at += 1
            if pattern[at : at + 1] == b"\\":
                at += 1
                if at == len(pattern):
                    return None
            high = pattern[at]
            at += 1
        members |= set(range(low, high + 1))
    fitting = _folded(frozenset(members)) if fold else frozenset(members)
    return (frozenset(range(256)) - fitting if negated else fitting), at + 1


def _folded(members: frozenset[int]) -> frozenset[int]:
    return frozenset(c for c in range(256) if {c, *bytes([c]).lower(), *bytes([c]).upper()} & members)


def glob_matches(value: bytes, pattern: bytes, fold: bool = False) -> bool:
    """Whether the whole value fits the pattern, by following all places in the pattern at once."""
    tokens = glob_tokens(pattern, fold)
    if tokens is None:
        return False
    places = _skip_stars(tokens, {0})
    for byte in value:
        stepped = {place for place in places if place < len(tokens) and tokens[place] is None}
        stepped |= {place + 1 for place in places if place < len(tokens) and byte in (tokens[place] or ())}
        places = _skip_stars(tokens, stepped)
    return len(tokens) in places


def _skip_stars(tokens: tuple[frozenset[int] | None, ...], places: set[int]) -> set[int]:
    return places | {place + 1 for place in places if place < len(tokens) and tokens[place] is None}


def components(path: bytes) -> list[bytes]:
    return [part for part in path.split(b"/") if part]


def path_matches(value: bytes, paths: Any) -> bool:
    """Whether the value is one of the paths or lies below one, component by component; a `*` within a listed component makes that a pattern."""
    parts = components(value)
    for path in paths:
        wanted = components(path)
        if len(wanted) <= len(parts) and all(
            glob_matches(part, want) if b"*" in want else part == want for want, part in zip(wanted, parts, strict=False)
        ):
            return True
    return False


@lru_cache(4096)
def compiled_regex(pattern: bytes) -> Any:
    """A regular expression as Falco compiles it; raises ValueError(reason)."""
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.posix_syntax = True
    options.longest_match = True
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as bad:
        reason = bad.args[0]
        raise ValueError(reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)) from bad


def valid_utf8(value: bytes) -> bytes:
    """Regular expressions work on characters: bytes that are none become the replacement character."""
    return value if value.isascii() else value.decode("utf-8", "replace").encode()
