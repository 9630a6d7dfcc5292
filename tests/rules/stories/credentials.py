"""Stories for rules/credentials.yaml."""

from stories import fires, near_miss

HASHES, KEYS = "Password hashes read", "Keys of somebody read"


@fires(HASHES)
def cat_reads_them(host):
    host.process("bash").spawn("cat", "/etc/shadow").read_file("/etc/shadow", "root:*")


@near_miss(HASHES)
def cat_may_not(host):
    host.process("bash", uid=33).spawn("cat", "/etc/shadow").open("/etc/shadow", error="EACCES")


@near_miss(HASHES)
def a_login_reads_them(host):
    host.process("sshd").read_file("/etc/shadow", "root:*")


@near_miss(HASHES)
def cat_reads_the_user_list(host):
    host.process("bash").spawn("cat", "/etc/passwd").read_file("/etc/passwd", "root:x")


@fires(KEYS)
def tar_takes_a_private_key(host):
    host.process("tar").read_file("/home/anna/.ssh/id_ed25519", "-----BEGIN")


@fires(KEYS)
def cat_reads_cloud_credentials(host):
    host.process("cat").read_file("/root/.aws/credentials", "[default]")


@near_miss(KEYS)
def ssh_reads_its_own_key(host):
    host.process("ssh", uid=1000).read_file("/home/anna/.ssh/id_ed25519", "-----BEGIN")


@near_miss(KEYS)
def tar_takes_a_public_key(host):
    host.process("tar").read_file("/home/anna/.ssh/id_ed25519.pub", "ssh-ed25519")
