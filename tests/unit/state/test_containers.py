"""Container records from JSON texts."""

import json

import pytest

from firmer.state.containers import LONGEST_JSON, Mount, Port, Probe, old_record, parse_container

FULL = {
    "id": "abcdef123456",
    "full_id": "abcdef1234560000000000000000000000000000000000000000000000000000",
    "type": 0,
    "name": "web",
    "image": "r/nginx:1.2",
    "imageid": "i1",
    "imagerepo": "r/nginx",
    "imagetag": "1.2",
    "imagedigest": "sha256:00",
    "privileged": True,
    "created_time": 5,
    "ip": "10.1.2.3",
    "lookup_state": 1,
    "env": ["A=1"],
    "Mounts": [{"Source": "/s", "Destination": "/d", "Mode": "rw", "RW": True, "Propagation": "rp"}],
    "labels": {"b": "2"},
    "User": "joe",
    "port_mappings": [{"HostIp": 1, "HostPort": 80, "ContainerPort": 8080}],
    "Healthcheck": {"exe": "/ok", "args": ["-v"]},
    "cni_json": "{}",
    "pod_sandbox_id": "p",
    "pod_sandbox_labels": {"k": "v"},
    "size": 7,
    "host_pid": True,
}


def test_a_full_record():
    record = parse_container(json.dumps({"container": FULL}).encode())
    assert (record.id, record.name, record.imagetag, record.ip, record.user) == (b"abcdef123456", b"web", b"1.2", b"\x0a\1\2\3", b"joe")
    assert record.mounts == [Mount(b"/s", b"/d", b"rw", True, b"rp")] and record.ports == [Port(1, 80, 8080)]
    assert record.labels == {b"b": b"2"} and record.pod_sandbox_labels == {b"k": b"v"} and record.env == [b"A=1"]
    assert record.healthcheck == Probe(b"/ok", [b"-v"]) and record.liveness_probe is None
    assert (record.privileged, record.host_pid, record.host_ipc, record.size) == (True, True, False, 7)


def test_wrong_types_are_skipped():
    wrong = dict.fromkeys(FULL, 3.5) | {"id": "x"}
    record = parse_container(json.dumps({"container": wrong}).encode())
    assert record.id == b"x" and record.name == b"" and record.mounts == []


@pytest.mark.parametrize(("told", "kept"), [(None, 1), (0, 2), (1, 1), (2, 2), (9, 1)])
def test_lookup_states(told, kept):
    assert parse_container(json.dumps({"container": {"id": "x", "lookup_state": told}}).encode()).lookup_state == kept


BAD = [
    b"",
    b"{",
    b"[]",
    b'{"container":3}',
    b'{"container":{"id":5}}',
    b'{"container":{}}',
    b"\xff\xfe",
    b"[" * 100000,
    b" " * (LONGEST_JSON + 1),
]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_no_text_breaks_it(text):
    assert parse_container(text) is None


def test_half_a_surrogate_pair_is_no_name():
    assert parse_container(b'{"container":{"id":"x","name":"\\ud800"}}').name == b"?"


def test_old_records_are_told_in_todays_words():
    record = old_record(b"abc", 1, b"n\xff", b"img")
    assert parse_container(record.json) == record
