"""Stories for rules/programs.yaml."""

from stories import fires, near_miss

DOWNLOAD = "Download into a folder for all"
EXECUTABLE = "File made executable in a folder for all"
RUN = "Program run from a folder for all"
ELF = b"\x7fELF"


@fires(DOWNLOAD)
def curl_writes_below_tmp(host):
    host.process("bash").spawn("curl", "-o", "/tmp/k").write_file("/tmp/k", ELF, "x")


@near_miss(DOWNLOAD)
def curl_writes_to_its_user_s_home(host):
    host.process("bash").spawn("curl", "-o", "k").write_file("/home/anna/k", ELF, "x")


@near_miss(DOWNLOAD)
def editor_writes_below_tmp(host):
    host.process("vim").write_file("/tmp/.k.swp", "b0VIM", "x")


@fires(EXECUTABLE)
def chmod_adds_the_bit(host):
    host.process("chmod").chmod("/var/tmp/k", 0o755)


@near_miss(EXECUTABLE)
def chmod_takes_the_bit(host):
    host.process("chmod").chmod("/var/tmp/k", 0o644)


@near_miss(EXECUTABLE)
def chmod_elsewhere(host):
    host.process("chmod").chmod("/usr/local/bin/k", 0o755)


@near_miss(EXECUTABLE)
def chmod_fails(host):
    host.process("chmod").chmod("/tmp/k", 0o755, error="EPERM")


@fires(RUN)
def dropped_program(host):
    shell = host.process("bash")
    shell.write_file("/dev/shm/k", ELF, "x")
    shell.spawn("/dev/shm/k")


@near_miss(RUN)
def installed_program(host):
    host.process("bash").spawn("/usr/local/bin/k")


@near_miss(RUN)
def dropped_program_that_cannot_run(host):
    host.process("bash").fork().execve("/tmp/k", error="EACCES")
