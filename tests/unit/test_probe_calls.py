"""What generate_calls.py makes: flag translations run natively and are compared with the tables; recipes name what there is."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from firmer.live.syscalls import FAMILIES, Syscalls

PROBE = Path(__file__).resolve().parents[2] / "probe"
KERNEL = {name: rule for name, rule in json.loads((PROBE / "kernel.json").read_text()).items() if not str(rule).endswith(".h")}
FLAGS = json.loads((PROBE / "flags.json").read_text())
RECIPES = {event: recipe for family in json.loads((PROBE / "calls.json").read_text()).values() for event, recipe in family.items()}
MACHINES = ["X86_64", "AARCH64"]
EVERYTHING = (1 << 64) - 1


def pairs(name, rule, machine):
    """(kernel's value, the format's) for every name of a table, for all its bits at once, and for what it does not name."""
    theirs = dict(FLAGS[rule.get("names", name) if isinstance(rule, dict) else name]["today"])
    if rule == "same":
        mask = 0
        for value in theirs.values():
            mask |= value
        return [(value, value) for value in theirs.values()] + [(EVERYTHING, mask), (~mask & EVERYTHING, 0)]
    if "values" in rule:
        found = [(value, theirs[label]) for label, value in rule["values"].items()]
        taken = {value for value, _ in found}
        return found + [(value + 1, rule["else"]) for value in taken if value + 1 not in taken] + [(0xFFFFFFFF, rule["else"])]
    bits = {label: value[MACHINES.index(machine)] if isinstance(value, list) else value for label, value in rule["bits"].items()}
    found = [(value, theirs[label]) for label, value in bits.items()]
    return [*found, (EVERYTHING, sum(value for _, value in found)), (EVERYTHING ^ sum(bits.values()), 0)]


@pytest.fixture(scope="module", params=MACHINES)
def translated(request, tmp_path_factory):
    """(table, kernel's value) → what the generated function makes of it."""
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    asked = [(name, value) for name, rule in KERNEL.items() for value, _ in pairs(name, rule, request.param)]
    calls = "".join(f'    printf("%u\\n", {name}({value}ULL));\n' for name, value in asked)
    place = tmp_path_factory.mktemp("flags")
    (place / "flags.c").write_text(
        "#include <stdio.h>\ntypedef unsigned u32; typedef unsigned long long u64;\n#undef __always_inline\n#define __always_inline inline\n"
        f'#include "{PROBE / "calls_flags.h"}"\nint main(void) {{\n{calls}}}\n'
    )
    subprocess.run(["cc", f"-D{request.param}", "-o", place / "flags", place / "flags.c"], check=True)
    answers = subprocess.run([place / "flags"], check=True, capture_output=True, text=True).stdout.split()
    return request.param, dict(zip(asked, map(int, answers), strict=True))


@pytest.mark.parametrize("name", KERNEL)
def test_flags_become_the_formats(translated, name):
    machine, answers = translated
    expected = pairs(name, KERNEL[name], machine)
    assert [(value, answers[name, value]) for value, _ in expected] == expected


def test_words_of_recipes_are_functions():
    text = "".join((PROBE / name).read_text() for name in ("calls.h", "calls_rare.h", "task.h"))
    words = {word.lstrip("*").partition("/")[0] for recipe in RECIPES.values() for word in recipe.split() if re.match(r"\*?[a-z]", word)}
    by_hand = {"data_in", "data_out", "iov_in", "iov_out", "iov_size", "size_in", "poll_list"}  # data.c
    assert {word for word in words - by_hand - {"ret"} if not re.search(rf"\b[ps]et_?{word}\(|\bput_{word}\(|set_{word}\(", text)} == set()


def test_every_event_with_parameters_has_a_source():
    """Declared, or with a program of its own: the probe knows every call that the table knows."""
    rows = json.loads((PROBE / "syscalls.json").read_text())["machines"]["x86_64"]
    own = {name for path in PROBE.glob("*.c") for name in re.findall(r"^CALL\((\w+)\)", path.read_text(), re.M)}
    assert {row["name"] for row in rows if row["exit"] not in {"GENERIC_X", *RECIPES} and row["name"] not in own} == set()


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="numbers of x86-64")
def test_every_slot_of_a_shared_program_has_its_case():
    """A number without a case would be an event that never comes."""
    native = (PROBE / "calls_numbers.h").read_text().partition("#ifdef AARCH64")[0]
    cases = {int(number) for number in re.findall(r"case (\d+)", native)}
    own = {name for path in PROBE.glob("*.c") for name in re.findall(r"^CALL\((\w+)\)", path.read_text(), re.M)}
    syscalls = Syscalls(PROBE / "syscalls.json", own)
    places = {"calls": 0, "calls32": 1024}
    slots = [(places[table] + slot, program) for table, slot, program in syscalls.slots(syscalls.names) if table in places]
    assert {slot for slot, program in slots if program in FAMILIES} <= cases
    assert len(cases & {slot for slot, _ in slots}) > 200
