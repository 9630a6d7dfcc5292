"""`dig` on the host, with rings that the test writes in the place of the probe's."""

import io
import os
import signal
import threading

import pytest
from recordings import LINE, lines
from rings import FakeProbe
from scap import CLOSE_E, CLOSE_X, FIRST_TS, OPENAT_X, TID, s64, u32

from firmer.detect import live
from firmer.detect.dig import Dig
from firmer.errors import FirmerError
from firmer.events.section import Section, ThreadEntry
from firmer.events.table import NAMED
from firmer.live.containers import record
from firmer.live.scan import Scan
from firmer.live.source import LiveSource
from firmer.ui.cli.main import run

SWITCH = 152
OPEN = s64(3), s64(-100), b"/etc/hosts\0", u32(1), u32(0), u32(0), s64(9)


@pytest.fixture
def host(monkeypatch):
    """A host on which one process opens and closes files, until the source is asked to stop."""
    probe, asked = FakeProbe(), []

    def listen(wanted, watch, options):
        asked.append((wanted, watch, options))
        return LiveSource(probe, lambda epoch: Scan(Section(threads=[ThreadEntry(TID, TID, 1, comm=b"nginx")])))

    monkeypatch.setattr(live, "listen", listen)
    for k in range(10):
        probe.event(OPENAT_X, 100 * k, TID, OPEN)
        probe.event(CLOSE_X, 100 * k + 50, TID, (s64(0), s64(3)))
    probe.asked = asked
    return probe


def printed(**options) -> str:
    out = io.BytesIO()
    assert Dig(options.pop("format", "%evt.num %proc.name %evt.type %fd.name"), **options).run((), out) == 0
    return out.getvalue().decode()


def test_events_are_printed_with_their_descriptors(host):
    assert printed(limit=3).splitlines() == ["1 nginx openat /etc/hosts", "2 nginx close /etc/hosts", "3 nginx openat /etc/hosts"]
    assert host.closed


def test_a_filter_says_what_the_probe_reports(host):
    assert printed(limit=1, filter="evt.type=close and fd.name=/etc/hosts") == "2 nginx close /etc/hosts\n"
    ((wanted, _, _),) = host.asked
    assert wanted[CLOSE_X]
    assert not wanted[OPENAT_X]


def test_whom_and_how_much_is_handed_on(host):
    printed(limit=1, pid=42, snaplen=200)
    ((_, watch, options),) = host.asked
    assert (watch.pid, options.snaplen) == (42, 200)


@pytest.mark.parametrize("text", ["evt.type=switch", "proc.name=x or evt.type=switch"])
def test_what_comes_only_by_its_name_is_named(host, text):
    printed(limit=1, filter=text, display=True)
    ((wanted, _, _),) = host.asked
    assert wanted[SWITCH] == NAMED


def test_page_faults_have_an_option(host):
    printed(limit=1, page_faults=True)
    ((wanted, _, options),) = host.asked
    assert wanted is None and options.page_faults


def test_a_tracepoint_that_is_not_there_is_told(host, capsys):
    host.absent.add("page_fault_user")
    printed(limit=1)
    assert "this kernel has no tracepoint page_fault_user" in capsys.readouterr().err


def test_colours_are_what_they_are_in_sysdigs_formats(host):
    assert printed(format="\\e[1m%evt.type", limit=1) == "\x1b[1mopenat\n"


def test_a_time_ends_it_although_nothing_comes(host):
    assert len(printed(seconds=1).splitlines()) == 20


def signalled(number: int) -> None:
    threading.Timer(0.4, os.kill, (os.getpid(), number)).start()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_properly(host, number):
    signalled(number)
    assert len(printed().splitlines()) == 20
    assert host.stopped


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_completes_the_file(host, number, tmp_path):
    signalled(number)
    assert Dig(LINE, write=str(tmp_path / "out")).run((), io.BytesIO()) == 0
    assert len(lines(tmp_path / "out")) == 40, "an enter event for each exit, as sysdig needs them"


def test_pieces_explain_themselves(host, tmp_path):
    assert Dig(LINE, write=str(tmp_path / "out"), file_events=8, limit=16).run((), io.BytesIO()) == 0
    pieces = sorted(tmp_path.iterdir())
    assert len(pieces) > 1
    assert all(b"nginx" in line for piece in pieces for line in lines(piece))


def test_losses_are_told(host, capsys):
    host.count(CLOSE_X, produced=7, dropped=7)
    signalled(signal.SIGINT)
    out = printed(format="*%evt.type", debug=True)
    assert "events lost: the ring was full: 7" in capsys.readouterr().err
    assert "drop" in out.splitlines()


MEASURING = [
    pytest.param({}, False, id="nobody-asks"),
    pytest.param({"enters": True}, True, id="asked-for"),
    pytest.param({"time": "d"}, True, id="time-column"),
    pytest.param({"format": "%evt.type %evt.latency"}, True, id="format"),
    pytest.param({"filter": "evt.type=close and evt.latency>=0"}, True, id="filter"),
    pytest.param({"filter": "evt.type=close"}, False, id="filter-of-something-else"),
]


@pytest.mark.parametrize(("options", "expected"), MEASURING)
def test_calls_tell_their_beginnings_where_somebody_measures(host, options, expected):
    printed(limit=1, **options)
    ((_, _, asked),) = host.asked
    assert asked.enters == expected


@pytest.mark.parametrize(("options", "expected"), [case for case in MEASURING if case.id != "format"])
def test_so_they_do_in_a_recording(host, tmp_path, options, expected):
    Dig(LINE, write=str(tmp_path / "out"), limit=1, **options).run((), io.BytesIO())
    ((_, _, asked),) = host.asked
    assert asked.enters == expected


def test_both_ends_of_a_call_are_lines(host):
    host.event(CLOSE_E, 2000, TID, (s64(3),))
    host.event(CLOSE_X, 2500, TID, (s64(0), s64(3)))
    assert printed(enters=True, limit=22, format="%evt.num %evt.dir %evt.type %fd.num %evt.latency").splitlines()[20:] == [
        "21 > close 3 0",
        "22 < close 3 500",
    ]


def test_a_beginning_that_came_is_not_made_again(host, tmp_path):
    host.event(CLOSE_E, 2000, TID, (s64(3),))
    host.event(CLOSE_X, 2500, TID, (s64(0), s64(3)))
    assert Dig(LINE, write=str(tmp_path / "out"), enters=True, limit=22).run((), io.BytesIO()) == 0
    assert len(lines(tmp_path / "out")) == 42


@pytest.mark.parametrize("words", [["--pid", "7", "-r", "x.scap"], ["--cgroup", "/a", "-r", "x.scap"], ["--enter", "-r", "x.scap"]])
def test_whom_to_watch_is_no_question_of_captures(words, capsys):
    assert run(["dig", *words]) == 1
    assert "concern live events" in capsys.readouterr().err


def test_the_times_are_those_of_the_events(host):
    assert printed(format="%evt.rawtime", limit=1) == f"{FIRST_TS}\n"


HEX = "ab" * 32


class Runtimes:
    """Tells a name at once."""

    def __init__(self):
        self.notes, self.found = {"containers: no answer from an engine": 1}, []

    def ask(self, container, pid):
        self.found.append(record(container, {"name": "web"}))

    def answers(self):
        found, self.found = self.found, []
        return found, []

    def close(self):
        pass


def test_names_of_containers_stand_in_what_is_recorded(host, monkeypatch, tmp_path, capsys):
    thread = ThreadEntry(TID, TID, 1, comm=b"nginx", cgroups=f"cpu=/docker/{HEX}\0".encode())
    monkeypatch.setattr(live, "listen", lambda *_: LiveSource(host, lambda epoch: Scan(Section(threads=[thread]))))
    monkeypatch.setattr(live, "Runtimes", Runtimes)
    path = tmp_path / "a.scap"
    shown = "%evt.type %container.name"
    threading.Timer(0.5, lambda: host.event(CLOSE_X, 9000, TID, (s64(0), s64(3)))).start()
    assert run(["dig", "-w", str(path), "-n", "22"]) == 0
    capsys.readouterr()
    assert run(["dig", "-r", str(path), "-p", f"*{shown}"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "container web" in lines and lines[-1].endswith("close web")


def test_what_is_wrong_with_engines_is_told(host, monkeypatch, capsys):
    monkeypatch.setattr(live, "Runtimes", Runtimes)
    printed(limit=1, verbose=True)
    assert "firmer: containers: no answer from an engine: 1\n" in capsys.readouterr().err


def test_what_hinders_is_told_in_a_line(monkeypatch, capsys):
    def listen(*_):
        raise FirmerError("no probe; 'firmer doctor' tells what is missing")

    monkeypatch.setattr(live, "listen", listen)
    assert run(["dig", "-n", "1"]) == 1
    assert capsys.readouterr().err == "firmer: no probe; 'firmer doctor' tells what is missing\n"
