"""Which container a cgroup belongs to."""

import pytest

from firmer.state.engines import find_container

ID = b"9dbcbd0c435f" + b"0" * 52
HEX = ID.decode()

# path of the cgroup, (engine, id) as sysdig finds it, the same today; None: on the host
FORMS = [
    (f"/docker/{HEX}", "docker", "docker"),
    (f"/system.slice/docker-{HEX}.scope", "docker", "docker"),
    (f"/kubepods/besteffort/pod1/{HEX}", "docker", "docker"),
    (f"/machine.slice/libpod-{HEX}.scope", "podman", "podman"),
    (f"/machine.slice/libpod-{HEX}.scope/container", "podman", "podman"),
    (f"/machine.slice/libpod-{HEX}", None, "podman"),
    (f"/kubepods/crio-{HEX}.scope", "cri", "cri"),
    (f"/kubepods/crio-{HEX}", "cri", "cri"),
    (f"/kubepods/cri-containerd-{HEX}.scope", "cri", "cri"),
    (f"/system.slice/containerd.service:cri-containerd:{HEX}", "cri", "cri"),
    (f"/nerdctl-{HEX}.scope", None, "cri"),
    (f"/docker/{HEX[:-1]}", None, "containerd"),
    (f"/a/docker/{HEX[:-1]}g", None, None),
    ("/", None, None),
    ("/user.slice/user-1000.slice", None, None),
]
NAMED = [
    ("/lxc/web", True, ("lxc", b"web")),
    ("/lxc.payload/web/x", True, ("lxc", b"web")),
    ("/lxc.payload.web/x", True, ("", b"")),
    ("/lxc.payload.web/x/y", False, ("lxc", b"web")),
    ("/machine/vm.libvirt-lxc", True, ("libvirt-lxc", b"vm")),
    ("/libvirt/lxc/baz", True, ("lxc", b"baz")),
    ("/x/bpm-job_1.scope", True, ("bpm", b"job_1")),
    ("/x/bpm-job_1", True, ("bpm", b"job_1")),
    ("/system.slice/bpm-x/bpm-job.scope", False, ("", b"")),
    ("/ns/small", False, ("containerd", b"small")),
    ("/ns/unit.service", False, ("", b"")),
]


@pytest.mark.parametrize(("path", "old", "new"), FORMS)
def test_forms_of_64_digits(path, old, new):
    for engine, sysdig in ((old, True), (new, False)):
        found = find_container(b"cpu=" + path.encode() + b"\0", sysdig)
        assert found == ((engine, ID[:12]) if engine else ("", b"")), sysdig


@pytest.mark.parametrize(("path", "sysdig", "found"), NAMED)
def test_names(path, sysdig, found):
    assert find_container(b"cpu=" + path.encode() + b"\0", sysdig) == found


def test_sysdig_asks_by_engine_and_today_by_cgroup():
    both = b"cpu=/a/lxc/foo\0io=/docker/" + ID + b"\0"
    assert find_container(both, True)[0] == "docker"
    assert find_container(both, False)[0] == "lxc"
