"""Stories for rules/containers.yaml."""

from stories import fires, near_miss

SHELL, RUNTIME = "Interactive shell in a container", "Container reaches for its runtime"
TERMINAL = 34816


def shop(host):
    container = host.container("shop", "registry.example/shop:1")
    return host.process("node", container=container)


@fires(SHELL)
def operator_steps_in(host):
    node = shop(host)
    runc = host.process("runc", tty=TERMINAL)
    runc.spawn("/bin/sh", container=node.container)


@near_miss(SHELL)
def health_check(host):
    node = shop(host)
    host.process("runc").spawn("/bin/sh", "-c", "true", container=node.container)


@near_miss(SHELL)
def operator_works_on_the_host(host):
    shop(host)
    host.process("sshd", tty=TERMINAL).spawn("/bin/bash")


@fires(RUNTIME)
def service_lists_containers(host):
    shop(host).spawn("curl").connect("/var/run/docker.sock")


@near_miss(RUNTIME)
def host_lists_containers(host):
    shop(host)
    host.process("bash").spawn("docker", "ps").connect("/var/run/docker.sock")


@near_miss(RUNTIME)
def service_speaks_to_its_database(host):
    shop(host).connect("/run/postgresql/.s.PGSQL.5432")
