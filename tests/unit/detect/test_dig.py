"""What `dig` does with captures, one after the other."""

import io
from io import BytesIO

import pytest

from firmer.authoring.scenario import Host
from firmer.authoring.scenario.layout import TODAY
from firmer.detect.dig import Dig
from firmer.errors import FirmerError
from firmer.events.render_bytes import print_buffers


@pytest.fixture
def captures(tmp_path):
    paths = []
    for name in ("cat", "vim"):
        host = Host()
        host.process(name).open("/etc/hosts")
        host.write(tmp_path / f"{name}.scap")
        paths.append(str(tmp_path / f"{name}.scap"))
    return paths


def run(captures, **options):
    out = io.BytesIO()
    status = Dig(**({"format": "%proc.name"} | options)).run(captures, out)
    return status, out.getvalue().decode().split()


def test_each_capture_has_a_state_of_its_own(captures):
    assert run(captures) == (0, ["cat", "cat", "vim", "vim"])


def test_a_filter_chooses(captures):
    assert run(captures, filter="proc.name=vim and evt.dir=<") == (0, ["vim"])


def test_damage_is_told_after_what_came_before(captures, tmp_path, capsys):
    with open(captures[0], "rb") as file:
        content = file.read()
    (tmp_path / "cut.scap").write_bytes(content[:-3])
    assert run([str(tmp_path / "cut.scap"), captures[1]]) == (1, ["cat", "vim", "vim"])
    assert "cut.scap: at byte " in capsys.readouterr().err


@pytest.mark.parametrize("options", [{"filter": "proc.nmae=x"}, {"format": "%nope.nope"}, {"format": ""}])
def test_mistakes_are_errors_of_ours(options, captures):
    with pytest.raises(FirmerError):
        run(captures, **options)


@pytest.fixture(autouse=True)
def restored():
    yield
    print_buffers("dots", True)


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    host = Host()
    shell = host.process("bash").spawn("cat", "\x1b[2Jname")
    shell.read_file("/etc/passwd", "root\n\x1b]0;x\x07")
    path = tmp_path_factory.mktemp("dig") / "a.scap"
    host.write(path)
    return str(path)


def printed(capture, **settings):
    out = BytesIO()
    assert Dig(**settings).run([capture], out) == 0
    return out.getvalue()


def test_what_processes_say_is_escaped_for_a_terminal(capture):
    form = "%proc.cmdline\\e[1m"
    assert b"cat \x1b[2Jname\x1b[1m\n" in printed(capture, format=form)
    escaped = printed(capture, format=form, escape=True)
    assert b"cat \\x1b[2Jname\x1b[1m\n" in escaped, "only the format's own colours are sent"
    assert b"\x1b[2J" not in escaped


def test_line_ends_of_text_buffers_stay(capture):
    text = printed(capture, format="%evt.buffer", buffers="ascii", escape=True)
    assert text == b"\nroot\n]0;x\n"


def test_filter_in_display_counts_everything(capture):
    shown = printed(capture, format="%evt.num", filter="evt.type=openat", display=True, limit=3)
    assert len(shown.splitlines()) < len(printed(capture, format="%evt.num", limit=3).splitlines()) == 3


def test_summary_comes_last(capture):
    lines = printed(capture, format="%evt.num", limit=2, summary=True).decode().splitlines()
    assert lines[2:5] == ["-" * 22, "Event           #Calls", "-" * 22]
    assert sum(int(line[18:]) for line in lines[5:]) == 2


def test_what_sysdig_cannot_know_is_told_and_shown_on_request(tmp_path, capsys):
    host = Host()
    host.process("curl").connect("10.0.0.2", 80)
    path = str(tmp_path / "a.scap")
    host.write(path, TODAY)
    assert b"(<4>)" not in printed(path, format="%evt.args")
    error = capsys.readouterr().err
    assert error.startswith("firmer: as in sysdig, not shown: ") and error.endswith("; --complete shows all\n") and error.count("\n") == 1
    assert b"(<4>)" in printed(path, format="%evt.args", complete=True)
    assert capsys.readouterr().err == ""


def test_old_layouts_are_shown_whole(captures, capsys):
    assert printed(captures[0], format="%evt.args") == printed(captures[0], format="%evt.args", complete=True)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("accounts", "name"), [(True, b"root\n"), (False, b"")])
def test_names_of_users_may_be_left_out(captures, accounts, name):
    assert printed(captures[0], format="%user.name", limit=1, accounts=accounts) == name
