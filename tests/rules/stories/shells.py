"""Stories for rules/shells.yaml."""

from stories import fires, near_miss

SERVICE, NETWORK = "Shell started by a network service", "Standard input comes from the network"


@fires(SERVICE)
def web_application_runs_a_command(host):
    php = host.process("php-fpm", uid=33)
    php.spawn("/bin/sh", "-c", "id")


@near_miss(SERVICE)
def cron_runs_a_command(host):
    host.process("cron").spawn("/bin/sh", "-c", "run-parts /etc/cron.hourly")


@near_miss(SERVICE)
def web_server_starts_no_shell(host):
    host.process("nginx").spawn("/usr/sbin/nginx", "-s", "reload")


@fires(NETWORK)
def shell_calls_back(host):
    shell = host.process("bash")
    connection = shell.connect("203.0.113.66", 4444)
    shell.dup2(connection, 0)


@near_miss(NETWORK)
def input_comes_from_a_file(host):
    shell = host.process("bash")
    shell.dup2(shell.open("/etc/hosts"), 0)


@near_miss(NETWORK)
def log_goes_to_the_network(host):
    shell = host.process("logger")
    connection = shell.connect("10.0.0.9", 514)
    shell.dup2(connection, 2)
