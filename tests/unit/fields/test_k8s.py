"""k8s.*: what the container's record tells of its pod."""

import json

import pytest

SANDBOX = "b" * 64


def told(container_id, **more):
    return ("container>", -1, json.dumps({"container": {"id": container_id, "type": 7, **more}}).encode())


LABELS = {"io.kubernetes.pod.name": "web-1", "io.kubernetes.pod.namespace": "prod", "io.kubernetes.pod.uid": "3e41"}
POD = told("a" * 12, labels=LABELS, pod_sandbox_id=SANDBOX, pod_sandbox_labels={"app": "own"})
SANDBOX_TOLD = told("b" * 12, ip="10.244.0.7", cni_json="{}", pod_sandbox_labels={"app": "web", "tier": "x"}, is_pod_sandbox=True)
SIGNAL = ("kill<", 30, 0, 1, 15)

CASES = [
    ("k8s.pod.name", "web-1"),
    ("k8s.ns.name", "prod"),
    ("k8s.pod.id", "3e41"),
    ("k8s.pod.uid", "3e41"),
    ("k8s.pod.sandbox_id", "b" * 12),
    ("k8s.pod.full_sandbox_id", SANDBOX),
    ("k8s.pod.label[app]", "web"),
    ("k8s.pod.label.tier", "x"),
    ("k8s.pod.label[none]", None),
    ("k8s.pod.labels", "app:web, tier:x"),
    ("k8s.pod.ip", "10.244.0.7"),
    ("k8s.pod.cni.json", "{}"),
    ("k8s.ns.labels", None),
    ("k8s.rc.name", None),
    ("k8s.svc.label[x]", None),
    ("k8s.deployment.id", None),
]


@pytest.fixture
def in_pod(ask_worker, thread_entry):
    threads = [thread_entry(30, 1, cgroups=b"cpu=/kubepods/pod1/" + b"a" * 64 + b"\0")]
    return lambda field, *events, **more: ask_worker(field, *events, SIGNAL, threads=threads, **more)


@pytest.mark.parametrize("field,value", CASES)
def test_pod(in_pod, field, value):
    assert in_pod(field, POD, SANDBOX_TOLD) == value


@pytest.mark.parametrize("field,value", [("k8s.pod.label[app]", "own"), ("k8s.pod.labels", "app:own"), ("k8s.pod.ip", None)])
def test_pod_whose_sandbox_is_not_known(in_pod, field, value):
    assert in_pod(field, POD) == value


@pytest.mark.parametrize("field,value", [("k8s.pod.name", "web-1"), ("k8s.ns.name", "prod"), ("k8s.pod.labels", None)])
def test_sysdig_knows_what_the_labels_tell(in_pod, field, value):
    assert in_pod(field, POD, SANDBOX_TOLD, dialect="sysdig") == value
