"""Answers of engines in the words of records."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmer.live.containers import Container, record
from firmer.live.inspected import (
    cri_image,
    from_bundle,
    from_containerd,
    from_docker,
    from_image,
    from_sandbox,
    from_status,
    from_storage,
    image_name,
    seconds,
)
from firmer.state.containers import parse_container

DOCKER = {
    "Id": "ab" * 32,
    "Created": "2024-05-06T07:08:09.123456789Z",
    "Name": "/web",
    "Image": "sha256:" + "cd" * 32,
    "Config": {
        "Image": "registry:5000/shop/web:1.2",
        "Labels": {"maintainer": "us"},
        "Env": ["PASSWORD=secret"],
        "User": "1000:1000",
        "Healthcheck": {"Test": ["CMD-SHELL", "curl localhost"]},
    },
    "HostConfig": {"Privileged": True, "NetworkMode": "host", "PidMode": "", "IpcMode": "private"},
    "Mounts": [{"Type": "bind", "Source": "/", "Destination": "/host", "Mode": "ro", "RW": False, "Propagation": "rprivate"}],
    "NetworkSettings": {
        "IPAddress": "",
        "Networks": {"none": {"IPAddress": ""}, "shop": {"IPAddress": "172.18.0.2"}},
        "Ports": {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}], "53/udp": [{"HostIp": "", "HostPort": "53"}], "90/tcp": None},
    },
}
CONTAINERD = {
    "annotations": {
        "io.kubernetes.cri.container-type": "container",
        "io.kubernetes.cri.container-name": "web",
        "io.kubernetes.cri.image-name": "docker.io/library/nginx:1.25",
        "io.kubernetes.cri.sandbox-id": "ef" * 32,
        "io.kubernetes.cri.sandbox-name": "web-0",
        "io.kubernetes.cri.sandbox-namespace": "shop",
        "io.kubernetes.cri.sandbox-uid": "u-1",
    },
    "process": {"user": {"uid": 101}, "capabilities": {"effective": ["CAP_CHOWN"]}},
    "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc"},
        {"destination": "/data", "type": "bind", "source": "/srv", "options": ["rbind", "rslave", "ro"]},
    ],
    "linux": {"namespaces": [{"type": "pid"}, {"type": "ipc", "path": "/x"}, {"type": "mount"}], "maskedPaths": ["/proc/acpi"]},
}


def as_record(told):
    return parse_container(record(Container(b"abababababab", "docker", 0, b"ab" * 32), told))


def test_docker():
    found = as_record(from_docker(DOCKER))
    assert (found.name, found.image, found.imagerepo, found.imagetag) == (
        b"web",
        b"registry:5000/shop/web:1.2",
        b"registry:5000/shop/web",
        b"1.2",
    )
    assert (found.imageid, found.ip, found.user) == (b"cd" * 32, bytes([172, 18, 0, 2]), b"1000:1000")
    assert (found.privileged, found.host_network, found.host_pid, found.host_ipc) == (True, True, False, False)
    assert [(m.source, m.destination, m.writable, m.propagation) for m in found.mounts] == [(b"/", b"/host", False, b"rprivate")]
    assert [(p.host_ip, p.host_port, p.container_port) for p in found.ports] == [(0, 8080, 80)]
    assert (found.healthcheck.exe, found.healthcheck.args) == (b"/bin/sh", [b"-c", b"curl localhost"])
    assert found.created_time == 1714979289 and found.labels == {b"maintainer": b"us"}
    assert b"secret" not in found.json


def test_containerd():
    found = as_record(from_bundle(CONTAINERD))
    assert (found.name, found.image, found.imagetag) == (b"web", b"docker.io/library/nginx:1.25", b"1.25")
    assert found.labels[b"io.kubernetes.pod.name"] == b"web-0" and found.labels[b"io.kubernetes.pod.namespace"] == b"shop"
    assert (found.pod_sandbox_id, found.is_pod_sandbox, found.user) == (b"ef" * 32, False, b"101")
    assert (found.host_network, found.host_pid, found.privileged) == (True, False, False)
    assert [(m.source, m.destination, m.writable, m.propagation) for m in found.mounts] == [(b"/srv", b"/data", False, b"rslave")]


def test_crio():
    told = {
        "annotations": {
            "io.kubernetes.cri-o.ContainerType": "sandbox",
            "io.kubernetes.cri-o.ImageName": "registry.k8s.io/pause:3.9",
            "io.kubernetes.pod.name": "web-0",
        },
        "linux": {"namespaces": []},
        "process": {"capabilities": {"effective": ["CAP_SYS_ADMIN"]}},
    }
    found = as_record(from_bundle(told))
    assert (found.name, found.imagetag, found.is_pod_sandbox, found.privileged) == (b"POD", b"3.9", True, True)
    assert found.labels == {b"io.kubernetes.pod.name": b"web-0"}


@pytest.mark.parametrize(
    ("name", "repo", "tag", "digest"),
    [
        ("nginx", "nginx", "", ""),
        ("nginx:1", "nginx", "1", ""),
        ("host:5000/web", "host:5000/web", "", ""),
        ("host:5000/web:2", "host:5000/web", "2", ""),
        ("web@sha256:12", "web", "", "sha256:12"),
        ("web:3@sha256:12", "web", "3", "sha256:12"),
        ("", "", "", ""),
    ],
)
def test_names_of_images(name, repo, tag, digest):
    found = image_name(name)
    assert (found["imagerepo"], found["imagetag"], found["imagedigest"]) == (repo, tag, digest)


@pytest.mark.parametrize(
    ("image", "told", "expected"),
    [
        ("nginx:1", {"RepoDigests": ["other@sha256:1", "nginx@sha256:2"]}, {"imagedigest": "sha256:2"}),
        ("nginx:1", {"RepoDigests": ["other@sha256:1"]}, {"imagedigest": "sha256:1"}),
        ("nginx:1", {"RepoTags": ["web:2"], "RepoDigests": None}, {}),
        ("sha256:" + "cd" * 32, {"RepoTags": ["web:2"]}, {"image": "web:2", "imagerepo": "web", "imagetag": "2", "imagedigest": ""}),
        ("cdcd", {"RepoTags": ["web:2"]}, {"image": "web:2", "imagerepo": "web", "imagetag": "2", "imagedigest": ""}),
        ("nginx:1", {}, {}),
    ],
)
def test_what_the_image_adds(image, told, expected):
    found = from_docker({"Image": "sha256:" + "cd" * 32, "Config": {"Image": image}})
    assert from_image(told, found) == expected


HEX = "cd" * 32
PLAIN = {"image": "web:2", "imagerepo": "web", "imagetag": "2", "imagedigest": "", "imageid": ""}
IMAGES = {
    "a name and an id": ({"image": {"image": "web:2"}, "image_ref": "sha256:" + HEX}, {}, "", PLAIN | {"imageid": HEX}),
    "a name and a digest": ({"image": {"image": "web:2"}, "image_ref": "web@sha256:12"}, {}, "", PLAIN | {"imagedigest": "sha256:12"}),
    "an id of its own": ({"image": {"image": "web:2"}, "image_id": HEX, "image_ref": "x"}, {}, "", PLAIN | {"imageid": HEX}),
    "the name as it was asked for": ({"image": {"image": "sha256:" + HEX, "user_specified_image": "web:2"}}, {}, "", PLAIN),
    "the name that the bundle has": ({"image": {"image": HEX}}, {"image": {"image": "sha256:" + HEX}}, "web:2", PLAIN | {"imageid": HEX}),
    "only a digest": (
        {"image_ref": "web@sha256:12"}, {}, "", {"image": "web", "imagerepo": "web", "imagetag": "", "imagedigest": "sha256:12", "imageid": ""}
    ),
    "nothing": ({}, {}, "", {"image": "", "imagerepo": "", "imagetag": "", "imagedigest": "", "imageid": ""}),
}  # fmt: skip


@pytest.mark.parametrize(("status", "config", "noted", "expected"), IMAGES.values(), ids=IMAGES)
def test_images_as_cri_tells_them(status, config, noted, expected):
    assert cri_image(status, config, noted) == expected


@pytest.mark.parametrize(
    ("context", "info", "expected"), [(True, None, True), (None, True, True), (False, True, False), (None, None, False), ("x", None, False)]
)
def test_privileged_is_what_the_engine_says(context, info, expected):
    config = {"linux": {"security_context": {"privileged": context}}} if context is not None else {}
    assert from_status({}, {"config": config, "privileged": info, "runtimeSpec": CONTAINERD}, {}, {})["privileged"] is expected


def test_the_network_that_crio_notes():
    info = {"runtimeSpec": {"annotations": {"io.kubernetes.cri-o.CNIResult": '{"a":1}'}}}
    assert from_sandbox({"id": "x"}, info)["cni_json"] == '{"a":1}'


@pytest.mark.parametrize(("value", "expected"), [("1970-01-01T00:01:00Z", 60), ("soon", 0), (None, 0), ("", 0), ("2024-13-01T00:00:00", 0)])
def test_times(value, expected):
    assert seconds(value) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3), max_leaves=5
)


def twisted(told, path, value):
    """The answer with something else at one place."""
    copy = json.loads(json.dumps(told))
    at = copy
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return copy


def paths_of(told, before=()):
    for key in told if isinstance(told, dict) else range(len(told)) if isinstance(told, list) else ():
        yield (*before, key)
        yield from paths_of(told[key], (*before, key))


@given(st.data(), JSON | st.dictionaries(st.text(max_size=3), JSON, max_size=3))
def test_anything_at_any_place_makes_a_record(data, value):
    status = {"id": "x", "metadata": {"name": "web"}, "image": {"image": "nginx"}, "mounts": [{"propagation": 7}], "created_at": -1}
    info = {
        "sandboxID": "y",
        "privileged": True,
        "image": "pause:1",
        "config": {"image": {"image": "nginx"}, "linux": {"security_context": {"privileged": True}}},
        "runtimeSpec": CONTAINERD,
        "cniResult": {"Interfaces": {"eth0": {"Mac": "1"}}},
    }
    makers = (
        (from_docker, DOCKER),
        (from_bundle, CONTAINERD),
        (lambda told: from_status(status, told, {"id": "y"}, told), info),
        (lambda told: from_sandbox({"id": "y"}, told), info),
        (lambda told: from_storage([told], "z"), {"id": "z", "names": ["web"], "metadata": "{}", "created": "", "image": ""}),
        (lambda told: from_containerd({"id": "z", "labels": {"a": "b"}}, told), CONTAINERD),
    )
    for make, told in makers:
        found = make(twisted(told, data.draw(st.sampled_from(list(paths_of(told)))), value))
        assert as_record(found).id == b"abababababab"
