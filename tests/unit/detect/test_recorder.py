"""What a filter lets through, written so that it explains itself."""

import subprocess

import pytest
from recordings import lines, story, write

from firmer.authoring.scenario import Host
from firmer.capture.reader import read_all
from firmer.detect.dig import Dig


@pytest.fixture
def capture(tmp_path):
    host = Host()
    nginx = host.process("nginx")
    shell = nginx.spawn("sh")
    shell.chdir("/tmp")
    shell.read_file("x", "y")
    nginx.read_file("/etc/hosts")
    host.write(tmp_path / "a.scap")
    return str(tmp_path / "a.scap")


def record(capture, text, tmp_path, **options):
    written = str(tmp_path / "b.scap")
    assert Dig(format="", filter=text, write=written, **options).run([capture], None) == 0
    return written


def test_without_a_filter_every_event_is_copied(capture, tmp_path):
    written = record(capture, "", tmp_path)
    assert [event.block_bytes for event in read_all(written)] == [event.block_bytes for event in read_all(capture)]


def test_what_changed_the_state_goes_along_unseen(capture, tmp_path):
    seen = {event.type: event.flags & 1 for event in read_all(record(capture, "evt.type=read", tmp_path))}
    assert (seen[6], seen[7]) == (0, 0)
    assert all(hidden for kind, hidden in seen.items() if kind not in (6, 7))


def test_sysdig_shows_what_passed_with_its_names(capture, sysdig, tmp_path):
    written = record(capture, "evt.type=read", tmp_path)
    lines = subprocess.run([sysdig, "-r", written, "-p", "%proc.name %fd.name"], capture_output=True, text=True, check=True).stdout
    assert lines.splitlines() == ["sh /tmp/x"] * 2 + ["nginx /etc/hosts"] * 2


def test_limit_counts_what_is_shown(capture, tmp_path):
    shown = [event for event in read_all(record(capture, "evt.type=read", tmp_path, limit=1)) if not event.flags & 1]
    assert len(shown) == 1


@pytest.fixture
def story_capture(tmp_path):
    path = tmp_path / "in.scap"
    path.write_bytes(story())
    return str(path)


@pytest.mark.parametrize(
    "text", ["evt.type=close", "evt.type=read and evt.dir=<", "fd.name=/etc/c", "evt.type=read and fd.name contains b"]
)
@pytest.mark.parametrize("settings", [{}, {"compress": True}, {"file_events": 2}, {"file_seconds": 1}], ids=str)
def test_what_a_filter_leaves_prints_as_in_the_source(story_capture, tmp_path, text, settings):
    assert lines(*write(story_capture, tmp_path / "out", text, **settings)) == lines(story_capture, text=text)


@pytest.mark.parametrize(
    "settings", [{"file_events": 1}, {"file_events": 5}, {"file_events": 7, "limit": 15}, {"file_seconds": 1}], ids=str
)
def test_pieces_printed_one_after_the_other_print_the_source(story_capture, tmp_path, settings):
    pieces = write(story_capture, tmp_path / "out", **settings)
    assert len(pieces) > 2
    assert lines(*pieces) == lines(story_capture)[: settings.get("limit")]


def test_by_number_the_first_piece_has_one_less(story_capture, tmp_path):
    pieces = write(story_capture, tmp_path / "out", file_events=7)
    assert [sum(not event.flags & 1 for event in read_all(str(piece))) for piece in pieces] == [6, 7, 7, 4]
