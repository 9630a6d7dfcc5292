"""Completion in bash, and that the manual page is sound."""

import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
SCRIPT = 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _firmer 2>/dev/null; printf "%s\\n" "${COMPREPLY[@]}"'

CASES = [
    (("firmer", "di"), "dig"),
    (("firmer", "dig", "--readf"), "--readfile"),
    (("firmer", "dig", "-t", "D"), "D"),
    (("firmer", "dig", "fd.namera"), ""),
    (("firmer", "dig", "proc.exeli"), "proc.exeline"),
    (("firmer", "dig", "evt.type", "=", "openat2"), "openat2"),
    (("firmer", "dig", "'proc.name=x and evt.type=openat2"), "'proc.name=x and evt.type=openat2"),
    (("firmer", "dig", "(proc.exeli"), "(proc.exeline"),
    (("firmer", "dig", "-p", "%evt.num %proc.exeli"), "%evt.num %proc.exeline"),
    (("firmer", "replay", "--rul"), "--rule-matching\n--rules"),
]


@pytest.mark.parametrize(("words", "completed"), CASES)
def test_bash_completes(words, completed):
    script = str(PACKAGING / "completion" / "firmer")
    result = subprocess.run(["bash", "-c", SCRIPT, script, *words], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == completed


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_the_manual_page_has_no_mistake():
    result = subprocess.run(["groff", "-man", "-ww", "-z", PACKAGING / "man" / "firmer-dig.1"], capture_output=True, text=True, check=True)
    assert not result.stderr


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_can_read_its_completion():
    subprocess.run(["zsh", "-n", PACKAGING / "completion" / "_firmer"], check=True)
