"""Stories for rules/persistence.yaml."""

from stories import fires, near_miss

JOB = "Job or service installed by hand"


@fires(JOB)
def shell_writes_a_job(host):
    host.process("bash").write_file("/etc/cron.d/sysupdate", "* * * * * root /tmp/x\n", "x")


@fires(JOB)
def shell_writes_a_service(host):
    host.process("bash").write_file("/etc/systemd/system/update.service", "[Service]\n", "x")


@near_miss(JOB)
def package_installs_a_job(host):
    host.process("apt-get").spawn("/usr/bin/dpkg", "-i").write_file("/etc/cron.d/e2scrub_all", "30 3 * * 0 root\n", "x")


@near_miss(JOB)
def shell_looks_at_a_job(host):
    host.process("bash").read_file("/etc/cron.d/sysupdate", "30 3 * * 0 root\n")
