"""The demo's capture tells of the staged host and of nothing else. Recording itself is tried in tests/live/test_demo.py."""

import gzip
import re

import pytest

from firmer.authoring.demo import CAPTURE
from firmer.authoring.demo.world import ADDRESS, CONTAINER, FILES, HOST
from firmer.capture.reader import Reader
from firmer.events.section import Section

# The programs' own files, and what was made for the stage.
OURS = re.compile(r"/(usr|lib|etc|dev|proc|sys|var|run|root|home/anna|tmp/\.cache|containers/shop|bin|sbin)(/|$)")


@pytest.fixture(scope="module")
def steps():
    return [step if isinstance(step, Section) else (step.type, bytes(step.block_bytes)) for step in Reader(str(CAPTURE)).steps()]


def test_one_section_of_the_staged_host(steps):
    (section,) = (step for step in steps if isinstance(step, Section))
    assert section.machine.hostname == HOST.encode()
    names = re.findall(r"^(\w[\w-]*):", FILES["etc/passwd"], re.M)
    assert [user.name.decode() for user in section.users if not user.container] == names
    assert {".".join(map(str, each.ip)) for each in section.interfaces if len(each.ip) == 4} == {"127.0.0.1", ADDRESS}
    assert {thread.comm for thread in section.threads} >= {b"init", b"gunicorn", b"sshd", b"cron", b"dockerd", b"node"}


def test_programs_ran_in_no_control_group_of_the_recording_host(steps):
    (section,) = (step for step in steps if isinstance(step, Section))
    content = gzip.decompress(CAPTURE.read_bytes())
    groups = {path for thread in section.threads for path in re.findall(rb"=(/[^\0]*)", thread.cgroups)}
    groups |= set(re.findall(rb"\b(?:memory|cpu|cpuacct|cpuset|io|pids|unified)=(/[^\0]*)\0", content))
    assert groups == {b"/", f"/docker/{CONTAINER}".encode()}


def test_no_path_of_the_recording_host(steps):
    content = gzip.decompress(CAPTURE.read_bytes())
    paths = {path.decode() for path in re.findall(rb"(?:(?<=\0)|(?<==))(/[\x21-\x7e]{3,})(?=\0)", content)}
    assert len(paths) > 50
    assert {path for path in paths if not OURS.match(path)} <= {"/docker", f"/docker/{CONTAINER}", "/tmp", "/home"}


def test_it_is_not_large():
    assert CAPTURE.stat().st_size < 400_000
