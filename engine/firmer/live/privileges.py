"""What this process may do, and giving it up.

Loading the probe takes CAP_BPF and CAP_PERFMON, looking at the processes of others CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; reading events
takes nothing. Capabilities belong to a thread, so they are given up before there is a second one.
"""

import ctypes
import os
import pwd
from collections.abc import Collection
from struct import pack, unpack

from firmer.errors import FirmerError

NAMES = (
    "CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER CAP_FSETID CAP_KILL CAP_SETGID CAP_SETUID CAP_SETPCAP CAP_LINUX_IMMUTABLE"
    " CAP_NET_BIND_SERVICE CAP_NET_BROADCAST CAP_NET_ADMIN CAP_NET_RAW CAP_IPC_LOCK CAP_IPC_OWNER CAP_SYS_MODULE CAP_SYS_RAWIO"
    " CAP_SYS_CHROOT CAP_SYS_PTRACE CAP_SYS_PACCT CAP_SYS_ADMIN CAP_SYS_BOOT CAP_SYS_NICE CAP_SYS_RESOURCE CAP_SYS_TIME"
    " CAP_SYS_TTY_CONFIG CAP_MKNOD CAP_LEASE CAP_AUDIT_WRITE CAP_AUDIT_CONTROL CAP_SETFCAP CAP_MAC_OVERRIDE CAP_MAC_ADMIN CAP_SYSLOG"
    " CAP_WAKE_ALARM CAP_BLOCK_SUSPEND CAP_AUDIT_READ CAP_PERFMON CAP_BPF CAP_CHECKPOINT_RESTORE"
).split()
NUMBERS = {name: number for number, name in enumerate(NAMES)}
TO_LOAD = ("CAP_BPF", "CAP_PERFMON")
TO_SCAN = ("CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH")

CAPABILITY_VERSION_3 = 0x20080522
PR_SET_KEEPCAPS, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT = 8, 24, 38, 47
AMBIENT_RAISE, AMBIENT_CLEAR_ALL = 2, 4
LIBC = ctypes.CDLL(None, use_errno=True)


class PrivilegeError(FirmerError):
    """Privileges cannot be given up: going on with them would be no better than not starting."""


def held() -> frozenset[str]:
    """Names of the capabilities that this thread has now."""
    header, data = ctypes.create_string_buffer(pack("=Ii", CAPABILITY_VERSION_3, 0)), ctypes.create_string_buffer(24)
    done(LIBC.capget(header, data), "capget")
    low, _, _, high, _, _ = unpack("=6I", data.raw)
    return frozenset(name for name, number in NUMBERS.items() if (high << 32 | low) >> number & 1)


def missing(names: Collection[str]) -> list[str]:
    """Those of the capabilities that this thread lacks. CAP_SYS_ADMIN stands for those that came out of it."""
    have = held()
    if "CAP_SYS_ADMIN" in have:
        have |= set(TO_LOAD)
    return [name for name in names if name not in have]


def account(name: str) -> tuple[int, int]:
    """(uid, gid) of a user by name or `uid:gid`. Raises PrivilegeError."""
    uid, colon, gid = name.partition(":")
    if colon and uid.isdigit() and gid.isdigit():
        return int(uid), int(gid)
    try:
        found = pwd.getpwnam(name)
    except KeyError as error:
        raise PrivilegeError(f"no such user: '{name}'") from error
    return found.pw_uid, found.pw_gid


def drop(user: str | None = None) -> None:
    """Give all capabilities up for good, and become `user` if one is named. Raises PrivilegeError when any is left."""
    keep((), user)


def keep(names: Collection[str], user: str | None = None) -> None:
    """Give all capabilities up for good but these; programs that are started get them too."""
    if len(os.listdir("/proc/self/task")) != 1:
        raise PrivilegeError("privileges are given up before other threads start")
    wanted = sum(1 << NUMBERS[name] for name in names)
    try:
        done(LIBC.prctl(PR_CAP_AMBIENT, AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl")
        if "CAP_SETPCAP" in held():
            for number in range(64):
                if not wanted >> number & 1 and LIBC.prctl(PR_CAPBSET_DROP, number, 0, 0, 0) != 0:
                    break  # the kernel knows no more
        if user is not None:
            become(*account(user))
        set_capabilities(wanted)
        for name in names:
            done(LIBC.prctl(PR_CAP_AMBIENT, AMBIENT_RAISE, NUMBERS[name], 0, 0), "prctl")
        done(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")
    except OSError as error:
        raise PrivilegeError(f"privileges cannot be given up: {error.strerror or error}") from error
    if held() != frozenset(names):
        raise PrivilegeError("privileges are left that were given up")


def become(uid: int, gid: int) -> None:
    if (os.getresuid(), os.getresgid()) == ((uid,) * 3, (gid,) * 3):
        return
    # what is to be kept outlives the change of user only so
    done(LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "prctl")
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)


def set_capabilities(wanted: int) -> None:
    low, high = wanted & 0xFFFFFFFF, wanted >> 32
    header, data = pack("=Ii", CAPABILITY_VERSION_3, 0), pack("=6I", low, low, low, high, high, high)
    done(LIBC.capset(header, data), "capset")


def done(result: int, call: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{call}: {os.strerror(number)}")
