"""Older kernels (6.1, 5.10) refuse a loop that is closed by falling through, which clang makes when it enters a loop in its middle; newer ones
take it. So all programs are walked as those do it."""

import base64
import json
import struct
import subprocess

import pytest
from live.stage import lacking

from firmer.live.probe import HERE, PYTHON, probe_folder

COMPILE = """
import base64, json, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import loader
folder = Path(sys.argv[2])
text, calls, steps = loader.source(folder)
flags = loader.options(loader.kernel_types(), folder) + [f"-DSTEP_{name}={k}" for k, name in enumerate(steps)]
print(json.dumps({name: base64.b64encode(code).decode() for name, code in loader.compiled(text, flags).programs.items()}))
"""
CALL, EXIT, ALWAYS, WIDE = 0x85, 0x95, 0x05, 0x18


def closed_by_falling_through(code):
    """The instruction from which an older kernel's walk falls into one that it is still walking from; None: it takes the program."""
    count = len(code) // 8
    open_, done, path = {0}, set(), [(0, ways(code, 0))]
    while path:
        at, following = path[-1]
        if not following:
            done.add(at)
            open_.discard(at)
            path.pop()
            continue
        to, jumps = following.pop(0)
        if to in open_ and not jumps:
            return at
        if to < count and to not in open_ | done:
            open_.add(to)
            path.append((to, ways(code, to)))
    return None


def ways(code, at):
    """(next instruction, whether the instruction is a jump), in the kernel's order."""
    op, offset = code[8 * at], struct.unpack_from("<h", code, 8 * at + 2)[0]
    if op == EXIT:
        return []
    if op & 7 not in (5, 6) or op == CALL:
        return [(at + (2 if op == WIDE else 1), False)]
    return [(at + 1 + offset, True)] if op == ALWAYS else [(at + 1, True), (at + 1 + offset, True)]


def instruction(op, offset=0):
    return struct.pack("<BBhi", op, 0, offset, 0)


LOOPS = {
    "closed by a jump": ([0xB7, (0x55, -1), EXIT], None),
    "entered in its middle": ([(ALWAYS, 1), 0xB7, 0xB7, (0x55, -3), EXIT], 1),
}


@pytest.mark.parametrize(("program", "refused"), LOOPS.values(), ids=LOOPS)
def test_the_walk_itself(program, refused):
    code = b"".join(instruction(*(word if isinstance(word, tuple) else (word,))) for word in program)
    assert closed_by_falling_through(code) == refused


def test_no_loop_is_closed_by_falling_through():
    reason = lacking()
    if reason:
        pytest.skip(reason)
    made = subprocess.run([PYTHON, "-I", "-c", COMPILE, str(HERE), str(probe_folder())], capture_output=True, text=True, check=True)
    programs = {name: base64.b64decode(code) for name, code in json.loads(made.stdout).items()}
    assert len(programs) > 30
    assert {name: at for name, code in programs.items() if (at := closed_by_falling_through(code)) is not None} == {}
