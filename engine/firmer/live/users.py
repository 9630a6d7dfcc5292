"""Users and groups of the host and of containers, from their passwd and group files.

A container's files are written by whoever owns the container: they are read as files.py reads such, and only so many lines are taken.
Accounts that come over the network are not asked for.
"""

import os
from collections.abc import Iterator

from firmer.events.section import Group, User
from firmer.live.files import open_below

LONGEST = 1 << 20  # bytes of a file
MOST = 4096  # accounts of a container, of each kind
LONGEST_TEXT = 255  # bytes of a name or directory: as many as a capture takes


def read_accounts(root: int, container: bytes, notes: dict[str, int]) -> tuple[list[User], list[Group]]:
    """Users and groups below the directory `root`. `container` is its id, empty for the host."""
    most = MOST if container else 1 << 16
    return list(users(text(root, b"etc/passwd", notes), container, most)), list(groups(text(root, b"etc/group", notes), container, most))


def text(root: int, name: bytes, notes: dict[str, int]) -> bytes:
    try:
        fd = open_below(root, name)
    except FileNotFoundError:
        return b""  # many images have none
    except OSError:
        notes["accounts: file not readable"] = notes.get("accounts: file not readable", 0) + 1
        return b""
    try:
        found = os.read(fd, LONGEST)
    finally:
        os.close(fd)
    return found


def users(found: bytes, container: bytes, most: int) -> Iterator[User]:
    for words in rows(found, 7, most):
        uid, gid = number(words[2]), number(words[3])
        if uid is not None and gid is not None:
            yield User(uid, gid, words[0][:LONGEST_TEXT], words[5][:LONGEST_TEXT], words[6][:LONGEST_TEXT], container)


def groups(found: bytes, container: bytes, most: int) -> Iterator[Group]:
    for words in rows(found, 4, most):
        gid = number(words[2])
        if gid is not None:
            yield Group(gid, words[0][:LONGEST_TEXT], container)


def rows(found: bytes, width: int, most: int) -> Iterator[list[bytes]]:
    for line in found.split(b"\n")[:most]:
        words = line.split(b":")
        if len(words) >= width and words[0]:
            yield words


def number(word: bytes) -> int | None:
    return int(word) if word.isdigit() and len(word) <= 10 and int(word) < 1 << 32 else None
