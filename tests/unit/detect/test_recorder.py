"""What a filter lets through, written so that it explains itself."""

import subprocess

import pytest

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
