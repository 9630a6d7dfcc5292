"""Containers by control group, and their records."""

import json

import pytest

from firmer.live.containers import Container, container_of, containers_of, record
from firmer.state.containers import parse_container

HEX, OTHER = "ab" * 32, "cd" * 32
UID = "0a1b2c3d-1111-2222-3333-444455556666"
LOW = UID.replace("-", "_")
SLICE = "/kubepods.slice/kubepods-burstable.slice"
ROOTLESS = "/user.slice/user-1000.slice/user@1000.service/user.slice"

# path of the group: (engine, kind, id, pod, owner), None on the host
CASES = {
    "/": None,
    "/init.scope": None,
    "/user.slice/user-0.slice/session-3.scope": None,
    "/system.slice/docker.service": None,
    "/system.slice/containerd.service": None,
    f"/docker/{HEX}": ("docker", 0, HEX[:12], "", 0),
    f"/system.slice/docker-{HEX}.scope": ("docker", 0, HEX[:12], "", 0),
    f"/system.slice/docker-{HEX}.scope/init.scope": ("docker", 0, HEX[:12], "", 0),
    f"/docker/{HEX}/docker/{OTHER}": ("docker", 0, OTHER[:12], "", 0),
    f"/kubepods/burstable/pod{UID}/{HEX}": ("docker", 7, HEX[:12], UID, 0),
    f"/kubepods/besteffort/pod{UID}/crio-{HEX}": ("cri", 8, HEX[:12], UID, 0),
    f"{SLICE}/kubepods-burstable-pod{LOW}.slice/cri-containerd-{HEX}.scope": ("cri", 7, HEX[:12], UID, 0),
    f"{SLICE}/kubepods-burstable-pod{LOW}.slice/crio-{HEX}.scope/container": ("cri", 8, HEX[:12], UID, 0),
    f"{SLICE}/kubepods-burstable-pod{LOW}.slice/crio-conmon-{HEX}.scope": None,
    f"{SLICE}/kubepods-burstable-pod{LOW}.slice/docker-{HEX}.scope": ("docker", 7, HEX[:12], UID, 0),
    f"{SLICE}/kubepods-pod{'f' * 32}.slice/cri-containerd-{HEX}.scope": ("cri", 7, HEX[:12], "f" * 32, 0),
    f"/system.slice/containerd.service/kubepods-besteffort-pod{LOW}.slice:cri-containerd:{HEX}": ("cri", 7, HEX[:12], UID, 0),
    f"/machine.slice/libpod-{HEX}.scope/container": ("podman", 11, HEX[:12], "", 0),
    f"/machine.slice/libpod-{HEX}": ("podman", 11, HEX[:12], "", 0),
    f"/machine.slice/libpod-conmon-{HEX}.scope": None,
    f"{ROOTLESS}/libpod-{HEX}.scope": ("podman", 11, HEX[:12], "", 1000),
    f"{ROOTLESS}/libpod-{HEX}.scope/container": ("podman", 11, HEX[:12], "", 1000),
    f"{ROOTLESS}/podman-4711.scope/{HEX}": ("docker", 11, HEX[:12], "", 1000),
    f"{ROOTLESS}/docker-{HEX}.scope": ("docker", 0, HEX[:12], "", 1000),
    f"/system.slice/nerdctl-{HEX}.scope": ("cri", 7, HEX[:12], "", 0),
    f"/default/{HEX}": ("docker", 0, HEX[:12], "", 0),
    f"/../../docker-{HEX}.scope": ("docker", 0, HEX[:12], "", 0),
    "/default/my-container": ("containerd", 7, "my-container", "", 0),
    f"/ecs/{'ef' * 16}/{HEX}": ("docker", 0, HEX[:12], "", 0),
    f"/ecs/{'ef' * 16}/{'ef' * 16}-1234567": ("fargate", 5, "ef" * 16 + "-1234567", "", 0),
    f"/actions_job/{HEX}": ("docker", 0, HEX[:12], "", 0),
    "/lxc.payload.web1/init.scope": ("lxc", 1, "web1", "", 0),
    "/lxc/web2": ("lxc", 1, "web2", "", 0),
    "/lxc.monitor.web1": None,
    "/machine.slice/machine-deb.scope/payload": ("nspawn", 5, "deb", "", 0),
    "/system.slice/systemd-nspawn@deb.service/payload/system.slice/cron.service": ("nspawn", 5, "deb", "", 0),
    r"/machine.slice/machine-qemu\x2d1\x2dvm.scope": None,
}  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=range(len(CASES)))
def test_groups(path):
    expected = CASES[path]
    found = container_of(b"cpuset=/\0pids=" + path.encode() + b"\0")
    if expected is None:
        assert found is None
        return
    assert (found.engine, found.kind, found.id.decode(), found.pod.decode(), found.owner) == expected
    assert found.full_id.decode() in (HEX, OTHER, "my-container", "") and found.full_id.startswith(found.id[:12] if found.full_id else b"")


@pytest.mark.parametrize(
    ("path", "full_id"),
    [("/tools/a-longer_name.1", "a-longer_name.1"), ("/tools/-x", ""), ("/tools/a b", ""), ("/../..", ""), ("/tools/a..b", "")],
)
def test_the_whole_id_where_clients_choose_it(path, full_id):
    found = container_of(b"cpu=" + path.encode() + b"\0")
    assert (found.engine, found.full_id.decode()) == ("containerd", full_id)


def test_the_state_knows_a_thread_by_the_same_id():
    """Records are looked up by the id that the state finds."""
    from firmer.events.engines import find_container

    for path in CASES:
        cgroups = b"cpu=" + path.encode() + b"\0"
        found = container_of(cgroups)
        assert find_container(cgroups, False)[1] == (found.id if found else b"")


def test_processes_of_a_container_begin_with_its_first(thread_entry):
    inside = b"cpu=/docker/" + HEX.encode() + b"\0"
    threads = [
        thread_entry(1, cgroups=b"cpu=/\0"),
        thread_entry(70, cgroups=inside, vpid=9),
        thread_entry(71, pid=70, cgroups=inside),
        thread_entry(80, cgroups=inside, vpid=1),
    ]
    assert [(found.id, pids) for found, pids in containers_of(threads).items()] == [(HEX[:12].encode(), [80, 70])]


def test_a_record_of_the_path_alone():
    found = parse_container(record(Container(b"abababababab", "cri", 7, HEX.encode(), UID.encode())))
    assert (found.id, found.full_id, found.type, found.lookup_state) == (b"abababababab", HEX.encode(), 7, 1)
    assert found.labels == {b"io.kubernetes.pod.uid": UID.encode()}
    assert (found.name, found.image, found.imagetag, found.privileged) == (None, None, None, False)


def test_what_the_engine_did_not_tell_is_empty():
    found = parse_container(record(Container(b"abababababab", "docker", 0, HEX.encode()), {}))
    assert (found.name, found.image) == (b"", b"")


@pytest.mark.parametrize(
    ("kind", "full_id", "expected"), [(0, HEX, True), (0, "", False), (1, "web", False), (5, "deb", False), (9, HEX, False)]
)
def test_who_has_an_engine_to_ask(kind, full_id, expected):
    container = Container(b"x", "any", kind, full_id.encode())
    assert container.has_engine is expected
    assert (parse_container(record(container)).name is None) is expected


def test_some_engines_call_a_container_by_its_id():
    assert parse_container(record(Container(b"web", "lxc", 1))).name == b"web"


def test_what_the_engine_told_stands_in_the_record():
    told = {"name": "web\udcff", "image": "nginx", "labels": {"a": "b"}, "privileged": True, "Mounts": [{"Source": "/", "RW": True}]}
    found = parse_container(record(Container(b"abababababab", "docker", 0), told))
    assert (found.name, found.image, found.labels, found.privileged) == (b"web\xff", b"nginx", {b"a": b"b"}, True)
    assert (found.mounts[0].source, found.mounts[0].writable) == (b"/", True)


def test_a_name_of_any_bytes_makes_a_record():
    assert json.loads(record(Container(b'\xff"\x1b', "lxc", 1)))["container"]["id"] == '\\xff"\x1b'
