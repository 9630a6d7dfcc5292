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


LINES = [
    ("%evt.type|%evt.dir", b"setuid|<"),
    ("%10evt.type|%3evt.type|", b"setuid    |set|"),
    ("%evt.typexyz", b"setuidxyz"),
    (r"a\tb\n\e\\\q", b"a\tb\n\x1b\\\\q"),
    ("*%fd.name|%3fd.name|%6fd.name|", b"<NA>|<NA|<NA>  |"),
    ("constant", b"constant"),
    ("%fd.name", None),
]


@pytest.mark.parametrize(("text", "line"), LINES)
def test_lines(text, line, sysdig_host):
    form = Format(text, "sysdig")
    (event,) = sysdig_host.events(("setuid<", 100, 0))
    sysdig_host.state.process(event)
    assert form.line(event, sysdig_host.state) == line


WRONG = [
    ("", "empty formatting token"),
    ("a%", "invalid formatting syntax: formatting cannot end with a %"),
    ("%12", "invalid formatting syntax: formatting cannot end with a number"),
    ("%nope.x y", "invalid formatting token nope.x y"),
    ("%-10evt.num|", "invalid formatting token -10evt.num|"),
    ("%fd.port", "fd.port is filter only and cannot be used as a display field"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_no_format(text, message):
    with pytest.raises(BadFormat) as problem:
        Format(text, "sysdig")
    assert str(problem.value) == message
