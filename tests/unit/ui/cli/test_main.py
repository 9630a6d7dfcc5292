"""`firmer VERB …`: verbs are found, errors are one message and an exit status."""

import subprocess
import sys

import pytest

from firmer import __version__
from firmer.authoring.demo import CAPTURE as STORY
from firmer.errors import BadCapture, BadInput, Place, Problem, UsageError
from firmer.ui.cli import main
from firmer.ui.cli.catalog import VERBS

CAPTURE = str(STORY)


def test_version(capsys):
    assert main.run(["--version"]) == 0
    assert capsys.readouterr().out == f"firmer {__version__}\n"


# Each takes as long to import as ten of our own modules.
HEAVY = {"click", "dataclasses", "datetime", "difflib", "inspect", "json", "lark", "pathlib", "re", "rich", "typing", "yaml"}
NEVER = "- {rule: r, desc: d, condition: evt.type = kexec_load, output: o, priority: INFO}"


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        (["--version"], set()),
        (["dig", "-r", CAPTURE, "proc.name=x"], {"json", "re"}),
        (["dig", "-r", CAPTURE, "-w", "copy.scap"], {"re"}),
        (["replay", "-r", "never.yaml", CAPTURE], {"datetime", "json", "re", "yaml"}),
    ],
    ids=lambda each: each[0] if isinstance(each, list) else "",
)
def test_start_up_imports_what_it_needs(line, needed, tmp_path):
    (tmp_path / "never.yaml").write_text(NEVER)
    code = f"import sys\nsys.path[:] = {sys.path!r}\nfrom firmer.ui.cli.main import run\nassert run({line!r}) == 0\n"
    code += f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    result = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert result.stderr.splitlines()[-1] == str(sorted(needed)), result.stderr


def test_help_names_every_verb(capsys):
    assert main.run(["--help"]) == 0
    out = capsys.readouterr().out
    for verb in VERBS:
        assert f"  {verb.name} " in out
        assert verb.help in out


def test_nothing_asked_prints_the_usage(capsys):
    assert main.run([]) == 2
    assert capsys.readouterr().err.startswith("Usage: firmer VERB")


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("evnts", "no such verb: 'evnts'; did you mean 'events'?"),
        ("xyzzy", "no such verb: 'xyzzy'; 'firmer --help' lists the verbs"),
        ("--frobnicate", "no such option: '--frobnicate'; 'firmer --help' lists the verbs"),
    ],
)
def test_unknown_verb(word, message, capsys):
    assert main.run([word]) == 2
    assert capsys.readouterr().err == f"firmer: {message}\n"


CASES = [
    (BadCapture("a.scap", 12, "block ends early"), 1, "firmer: a.scap: at byte 12: block ends early\n"),
    (UsageError("two captures named 'a'"), 2, "firmer: two captures named 'a'\n"),
    (BadInput([Problem("F007", Place("r.yaml", 3, 5), "unknown field 'x'")]), 1, "r.yaml:3:5: error[F007]: unknown field 'x'\n"),
    (FileNotFoundError(2, "No such file or directory", "no.scap"), 1, "firmer: no.scap: No such file or directory\n"),
    (KeyboardInterrupt(), 130, ""),
]


@pytest.mark.parametrize(("error", "status", "message"), CASES, ids=lambda value: type(value).__name__)
def test_errors_are_one_message_and_a_status(error, status, message, monkeypatch, capsys):
    def fail(args):
        raise error

    monkeypatch.setattr(main, "dispatch", fail)
    assert main.run(["replay"]) == status
    assert capsys.readouterr().err == message


def test_our_own_mistakes_keep_their_traceback(monkeypatch):
    def fail(args):
        raise AssertionError("broken invariant")

    monkeypatch.setattr(main, "dispatch", fail)
    with pytest.raises(AssertionError):
        main.run(["replay"])


def test_reader_that_stops_reading_is_no_error():
    code = "from firmer.ui.cli.main import main\nimport sys\nsys.argv = ['firmer', 'events', '--old', '--json']\nmain()"
    command = f'{sys.executable} -c "{code}" | head -n 1'
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
