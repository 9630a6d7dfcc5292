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


def test_counts_by_type(printed, tmp_path):
    opens(Host()).write(tmp_path / "b.scap")
    printer = Printer(Format("%evt.num", "sysdig"), io.BytesIO(), quiet=True, counting=True)
    Pipeline(Reader(str(tmp_path / "b.scap")), State("sysdig"), [printer]).run()
    assert [row for row in printer.counts() if row[1]] == [("> openat", 1), ("< openat", 1)]
    assert printer.passed == 2


def test_unbuffered_writes_line_by_line(tmp_path):
    class Pieces(io.BytesIO):
        pieces = 0

        def write(self, data):
            self.pieces += 1
            return super().write(data)

    opens(Host()).write(tmp_path / "b.scap")
    out = Pieces()
    Pipeline(Reader(str(tmp_path / "b.scap")), State("sysdig"), [Printer(Format("%evt.num", "sysdig"), out, unbuffered=True)]).run()
    assert out.pieces == 2


def test_stops_by_the_time_of_the_capture(printed):
    host = Host()
    cat = host.process("cat")
    cat.open("/etc/hosts")
    host.wait(5)
    cat.open("/etc/hosts")
    assert [len(printed(host, seconds=seconds)) for seconds in (0, 1, 4, 6)] == [4, 2, 2, 4]
