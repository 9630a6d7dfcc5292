"""What `dig` does with captures, one after the other."""

import io

import pytest

from firmer.authoring.scenario import Host
from firmer.detect.dig import Dig
from firmer.errors import FirmerError


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


@pytest.mark.parametrize("options", [{"filter": "proc.nmae=x"}, {"filter": "proc.name="}, {"format": "%nope.nope"}, {"format": ""}])
def test_mistakes_are_errors_of_ours(options, captures):
    with pytest.raises(FirmerError):
        run(captures, **options)
