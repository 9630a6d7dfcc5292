"""The host of a scenario: what it writes, and that real sysdig reads from it what the story told."""

import gzip
import subprocess

import pytest

from firmer.authoring.scenario import CLASSIC, EVERYWHERE, TODAY, Host
from firmer.authoring.scenario.descriptors import UDP, file, listening
from firmer.authoring.scenario.values import Address


def story():
    """Each verb once, by processes of the host and of a container."""
    host = Host(ip="10.0.0.5")
    nginx = host.process("nginx", exe="/usr/sbin/nginx", uid=33, fds={0: file("/dev/null"), 6: listening(Address("0.0.0.0", 80))})
    web = host.container("shop", "shop/web:1.4")
    node = host.process("node", "server.js", container=web, cwd="/app")
    request = nginx.accept(6, "198.51.100.7", 51234)
    nginx.read(request, "GET / HTTP/1.1")
    sh = nginx.spawn("sh", "-c", "id")
    sh.open("/etc/shadow", error="EACCES")
    sh.chdir("/tmp")
    made = sh.open("x", "x")
    sh.write(made, b"\x7fELF")
    sh.close(made)
    sh.chmod("x", 0o755)
    dropped = sh.spawn("/tmp/x")
    back = dropped.connect("203.0.113.7", 4444)
    for number in (0, 1):
        dropped.dup2(back, number)
    dropped.write(1, "hello")
    resolver = dropped.connect("10.0.0.2", 53, protocol=UDP)
    dropped.send(resolver, "question")
    dropped.receive(resolver, "answer")
    dropped.connect("/run/docker.sock")
    dropped.setuid(0)
    dropped.exit()
    node.read_file("config.json", "{}")
    node.spawn("curl").exit(1)
    return host


# process, direction and type, descriptor of each line that sysdig prints
REQUEST, BACK, RESOLVER = "198.51.100.7:51234->10.0.0.5:80", "10.0.0.5:40002->203.0.113.7:4444", "10.0.0.5:40004->10.0.0.2:53"
CLONE = ["{0} >clone ", "{0} <clone ", "{0} <clone "]
LINES = [
    "nginx >accept ",
    f"nginx <accept {REQUEST}",
    *(f"nginx {what}read {REQUEST}" for what in "><"),
    *(line.format("nginx") for line in CLONE),
    "nginx >execve ",
    "sh <execve ",
    "sh >openat ",
    "sh <openat /etc/shadow",
    "sh >chdir ",
    "sh <chdir ",
    "sh >openat ",
    "sh <openat /tmp/x",
    *(f"sh {what} /tmp/x" for what in (">write", "<write", ">close", "<close")),
    "sh >fchmodat ",
    "sh <fchmodat ",
    *(line.format("sh") for line in CLONE),
    "sh >execve ",
    "x <execve ",
    "x >socket ",
    "x <socket ",
    "x >connect ",
    f"x <connect {BACK}",
    *(f"x {what}dup {BACK}" for what in "><" * 2),
    *(f"x {what}write {BACK}" for what in "><"),
    "x >socket ",
    "x <socket ",
    "x >connect ",
    f"x <connect {RESOLVER}",
    *(f"x {what} {RESOLVER}" for what in (">sendto", "<sendto", ">recvfrom", "<recvfrom")),
    "x >socket ",
    "x <socket ",
    "x >connect /run/docker.sock",
    "x <connect 0->ffff888000175985 /run/docker.sock",
    "x >setuid ",
    "x <setuid ",
    "x >procexit ",
    "node >openat ",
    *(f"node {what} /app/config.json" for what in ("<openat", ">read", "<read", ">close", "<close")),
    *(line.format("node") for line in CLONE),
    "node >execve ",
    "curl <execve ",
    "curl >procexit ",
]


def sysdig_lines(sysdig, path, form, *more):
    return subprocess.run([sysdig, "-r", path, "-p", form, *more], capture_output=True, text=True, check=True).stdout.splitlines()


@pytest.mark.parametrize("layout", [CLASSIC, EVERYWHERE], ids=["classic", "everywhere"])
def test_sysdig_names_processes_and_descriptors_as_the_story_does(layout, sysdig, tmp_path):
    story().write(tmp_path / "a.scap", layout)
    lines = sysdig_lines(sysdig, tmp_path / "a.scap", "*%proc.name %evt.dir%evt.type %fd.name")
    assert [line.replace("<NA>", "") for line in lines] == LINES


def test_sysdig_reads_todays_layout_to_its_end(sysdig, tmp_path):
    host = story()
    host.write(tmp_path / "a.scap", TODAY)
    types = sysdig_lines(sysdig, tmp_path / "a.scap", "%evt.type")
    assert types[-1] == "procexit" and set(types) >= {"execve", "openat", "connect", "accept", "clone"}


def test_sysdig_knows_the_containers(sysdig, tmp_path):
    story().write(tmp_path / "a.scap")
    lines = sysdig_lines(sysdig, tmp_path / "a.scap", "%container.name %container.image %proc.name", "container.id!=host")
    assert lines and set(lines) == {"shop shop/web:1.4 node", "shop shop/web:1.4 curl"}


def test_same_story_same_bytes(tmp_path):
    assert story().capture() == story().capture()


def test_gz_is_compressed_and_the_same_every_time(tmp_path):
    host = story()
    for name in ("a.scap.gz", "b.scap.gz"):
        host.write(tmp_path / name)
    assert (tmp_path / "a.scap.gz").read_bytes() == (tmp_path / "b.scap.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.scap.gz").read_bytes()) == host.capture()


def test_nobody_was_there_before_once_the_story_has_begun():
    host = Host()
    host.init.fork()
    with pytest.raises(ValueError, match="the story has begun"):
        host.process("late")


def test_the_head_tells_the_start_not_the_end():
    host = Host()
    sh = host.process("sh", uid=33)
    sh.setuid(0)
    sh.chdir("/tmp")
    entry = host.section().threads[1]
    assert (entry.comm, entry.uid, entry.cwd) == (b"sh", 33, b"/")


def test_a_container_that_starts_later_is_told_then():
    host = Host()
    host.init.fork()
    host.container("late", "a:1")
    assert [call.name for call in host.stage.calls][-2:] == ["container", "asyncevent"]


def test_wait_moves_the_clock():
    host = Host()
    host.init.chdir("/")
    before = host.stage.now_ns
    host.wait(1.5)
    assert host.stage.now_ns - before == 1_500_000_000
