"""Which container a cgroup belongs to."""

import pytest

from firmer.events.engines import find_container, find_group

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
    ("/machine.slice/machine-deb.scope/payload", False, ("nspawn", b"deb")),
    (r"/machine.slice/machine-deb\x2d12.scope", False, ("nspawn", b"deb-12")),
    ("/machine.slice/machine-deb.scope/payload", True, ("", b"")),
    (r"/machine.slice/machine-qemu\x2d1\x2dvm.scope/libvirt/emulator", False, ("", b"")),
    ("/system.slice/systemd-nspawn@web.service/payload", False, ("nspawn", b"web")),
    (f"/ecs/{'ef' * 16}/{'ef' * 16}-1234567", False, ("fargate", b"ef" * 16 + b"-1234567")),
    (f"/system.slice/garden/{'ab' * 14}", False, ("garden", b"ab" * 14)),
]
# as engines name groups, and groups inside of those: found today only
REAL = {
    f"/system.slice/docker-{HEX}.scope/init.scope": "docker",
    f"/system.slice/docker-{HEX}.scope/kubelet/a.slice/b": "docker",
    f"/docker/{'cd' * 32}/docker/{HEX}": "docker",
    f"/docker/{HEX}/system.slice/cron.service": "docker",
    f"/../../docker-{HEX}.scope": "docker",
    f"/ecs/{'ef' * 16}/{HEX}": "docker",
    f"/actions_job/{HEX}": "docker",
    f"/kubepods.slice/kubepods-pod{'a' * 8}.slice/crio-{HEX}.scope/container": "cri",
    f"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-podx.slice/cri-containerd-{HEX}.scope": "cri",
    f"/machine.slice/libpod-{HEX}.scope/container/user.slice": "podman",
    f"/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-{HEX}.scope": "podman",
    f"/kubepods.slice/kubepods-podx.slice/crio-conmon-{HEX}.scope": "",
    f"/machine.slice/libpod-conmon-{HEX}.scope": "",
    "/system.slice/docker.service": "",
    "/user.slice/user-0.slice/session-3.scope": "",
    "/init.scope": "",
    "/a/b/c/d": "",
    "/x" * 2000: "",
}


@pytest.mark.parametrize(("path", "old", "new"), FORMS)
def test_forms_of_64_digits(path, old, new):
    for engine, sysdig in ((old, True), (new, False)):
        found = find_container(b"cpu=" + path.encode() + b"\0", sysdig)
        assert found == ((engine, ID[:12]) if engine else ("", b"")), sysdig


@pytest.mark.parametrize(("path", "sysdig", "found"), NAMED)
def test_names(path, sysdig, found):
    assert find_container(b"cpu=" + path.encode() + b"\0", sysdig) == found


@pytest.mark.parametrize(("path", "engine"), REAL.items(), ids=range(len(REAL)))
def test_groups_as_they_are_met(path, engine):
    assert find_container(b"cpu=/\0memory=" + path.encode() + b"\0", False) == ((engine, ID[:12]) if engine else ("", b""))


def test_the_group_that_names_the_container_is_told():
    path = b"/docker/" + ID
    assert find_group(b"cpu=/\0io=" + path + b"/a/b\0", False) == ("docker", ID[:12], path)


@pytest.mark.parametrize(
    ("other", "engine"),
    [
        ("/docker/" + "ab" * 32, "docker"),
        ("/libpod-" + "cd" * 32 + ".scope", "podman"),
        ("/lxc.payload.web", "containerd"),
        ("/a/b", "containerd"),
    ],
)
def test_any_two_names_are_a_container_only_where_none_is_for_sure(other, engine):
    assert find_container(b"memory=/limits/42\0unified=" + other.encode() + b"\0", False)[0] == engine


def test_sysdig_asks_by_engine_and_today_by_cgroup():
    both = b"cpu=/a/lxc/foo\0io=/docker/" + ID + b"\0"
    assert find_container(both, True)[0] == "docker"
    assert find_container(both, False)[0] == "lxc"
