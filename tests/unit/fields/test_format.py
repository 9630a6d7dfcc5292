"""Texts with `%field` places."""

import io
import subprocess

import pytest

from firmer.authoring.scenario import Host
from firmer.detect.dig import Dig
from firmer.fields.format import BadFormat, Format


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    host = Host()
    host.process("cat", "-n").read_file("/etc/hosts")
    path = tmp_path_factory.mktemp("format") / "a.scap"
    host.write(path)
    return str(path)


def lines(text, capture):
    out = io.BytesIO()
    assert Dig(format=text).run([capture], out) == 0
    return out.getvalue().decode()


SAME = [
    "%evt.num",
    "%evt.num %fd.name",
    "*%evt.num %fd.name",
    "%20proc.name|",
    "%2proc.name|",
    "%evt.type%evt.dir",
    "%proc.name.x",
    "a\\tb %evt.num",
    "%evt.arg.fd",
    "*%evt.arg[0] %proc.aname[1]",
    "no field",
]


@pytest.mark.parametrize("text", SAME)
def test_as_sysdig_formats_it(text, capture, sysdig):
    theirs = subprocess.run([sysdig, "-r", capture, "-p", text], capture_output=True, text=True, check=True).stdout
    assert lines(text, capture) == theirs


@pytest.mark.parametrize("text", ["", "%", "%nope.nope", "%evt.num %", "%12"])
def test_what_cannot_be_compiled(text):
    with pytest.raises(BadFormat):
        Format(text, "sysdig")
