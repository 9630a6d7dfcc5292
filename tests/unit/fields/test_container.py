"""container.*: on the host, with a record, without one."""

import json

import pytest

from firmer.fields.container import label_length

FULL_ID = "3ad7b26ded6d" + "0" * 52
CGROUPS = b"cpu=/docker/" + FULL_ID.encode() + b"\0"
RECORD = {
    "id": FULL_ID[:12], "full_id": FULL_ID, "type": 0, "name": "web", "image": "nginx:1.25", "imageid": "6f7e", "imagerepo": "nginx",
    "imagetag": "1.25", "imagedigest": "sha256:d9", "privileged": True, "host_pid": True, "host_network": False, "host_ipc": False,
    "ip": "172.17.0.2", "cni_json": "{}", "labels": {"tier": "front", "app": "", "io.kubernetes.pod.name": "p", "annotation.x": "y"},
    "LivenessProbe": {"exe": "curl", "args": ["-f", "localhost"]},
}  # fmt: skip
TOLD = ("container>", -1, json.dumps({"container": RECORD}).encode())
SIGNAL = ("kill<", 30, 0, 1, 15)

CASES = [
    # field, (on the host, with a record, without) today, the same in sysdig
    ("container.id", ("host", "3ad7b26ded6d", "3ad7b26ded6d"), ("host", "3ad7b26ded6d", "3ad7b26ded6d")),
    ("container.name", ("host", "web", None), ("host", "web", None)),
    ("container.type", ("host", "docker", None), ("host", "docker", "docker")),
    ("container.image", ("", "nginx:1.25", None), (None, "nginx:1.25", None)),
    ("container.image.id", ("", "6f7e", None), (None, "6f7e", None)),
    ("container.image.repository", ("", "nginx", None), (None, "nginx", None)),
    ("container.image.tag", ("", "1.25", None), (None, "1.25", None)),
    ("container.image.digest", ("", "sha256:d9", None), (None, "sha256:d9", None)),
    ("container.privileged", (False, True, None), (None, True, False)),
    ("container.healthcheck", (None, None, None), (None, "NONE", "NONE")),
    ("container.liveness_probe", (None, None, None), (None, "curl -f localhost", "NONE")),
    ("container.readiness_probe", (None, None, None), (None, "NONE", "NONE")),
]
TODAY = [
    ("container.full_id", ("host", FULL_ID, None)),
    ("container.host_pid", (False, True, None)),
    ("container.host_network", (False, False, None)),
    ("container.host_ipc", (False, False, None)),
    ("container.ip", ("", "172.17.0.2", None)),
    ("container.cni.json", ("", "{}", None)),
    ("container.label[tier]", (None, "front", None)),
    ("container.label.app", (None, "", None)),
    ("container.label[none]", (None, None, None)),
    ("container.labels", ("", "app, tier:front", None)),
    ("container.start_ts", (5, 5, 5)),
    ("container.duration", (1_000_000_000_995, 1_000_000_001_995, 1_000_000_000_995)),
]


@pytest.fixture
def thrice(ask_worker, thread_entry):
    """The answers on the host, in a container with a record, in one without."""
    outside, inside = [thread_entry(30, 1, pidns_init_start_ts=5)], [thread_entry(30, 1, cgroups=CGROUPS, pidns_init_start_ts=5)]

    def answers(field, dialect):
        return tuple(
            ask_worker(field, *events, threads=threads, dialect=dialect)
            for events, threads in (((SIGNAL,), outside), ((TOLD, SIGNAL), inside), ((SIGNAL,), inside))
        )

    return answers


@pytest.mark.parametrize("field,falco,sysdig", CASES)
def test_container(thrice, field, falco, sysdig):
    assert thrice(field, "falco") == falco
    assert thrice(field, "sysdig") == sysdig


@pytest.mark.parametrize("field,values", TODAY)
def test_container_of_today(thrice, field, values):
    assert thrice(field, "falco") == values


@pytest.mark.parametrize("text,length", [("app", 3), ("app.kubernetes.io/name x", 22), ("a-b_c)", 5), ("", 0)])
def test_name_of_a_label_behind_a_dot(text, length):
    assert label_length(text) == length
