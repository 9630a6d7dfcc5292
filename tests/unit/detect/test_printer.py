"""A line an event: which events have one, and when it ends."""

import io

import pytest

from firmer.authoring.scenario import Host
from firmer.capture.reader import Reader
from firmer.detect.pipeline import Pipeline
from firmer.detect.printer import Printer
from firmer.fields.format import Format
from firmer.state.state import State


@pytest.fixture
def printed(tmp_path):
    def lines(host, text="%evt.num %evt.type", **options):
        host.write(tmp_path / "a.scap")
        out = io.BytesIO()
        printer = Printer(Format(text, "sysdig"), out, **options)
        with Reader(str(tmp_path / "a.scap")) as reader:
            Pipeline(reader, State("sysdig"), [printer]).run()
        printer.finish()
        return out.getvalue().decode().splitlines()

    return lines


def opens(host):
    host.process("cat").open("/etc/hosts")
    return host


def test_containers_at_the_head_are_silent(printed):
    host = Host()
    host.container("shop", "shop:1")
    assert [line.split()[1] for line in printed(opens(host))] == ["openat", "openat"]


def test_a_container_that_starts_later_prints(printed):
    host = opens(Host())
    host.container("shop", "shop:1")
    assert "container" in printed(host)[2]


def test_a_line_with_an_absent_value_is_not_printed_unless_asked_for(printed):
    assert printed(opens(Host()), "%evt.num %fd.name") == ["2 /etc/hosts"]
    assert printed(opens(Host()), "*%evt.num %fd.name") == ["1 <NA>", "2 /etc/hosts"]


@pytest.mark.parametrize(("limit", "lines"), [(0, 2), (1, 1), (5, 2)])
def test_limit(limit, lines, printed):
    assert len(printed(opens(Host()), limit=limit)) == lines


def test_quiet_prints_nothing(printed):
    assert printed(opens(Host()), quiet=True) == []
