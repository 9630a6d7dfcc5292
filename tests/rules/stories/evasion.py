"""Stories for rules/evasion.yaml."""

from stories import fires, near_miss

RACE = "Path rewritten while it is opened"
OUT_OF_SIGHT = "Opened file out of sight"
LOG, SHADOW = "/tmp/log", "/etc/shadow"


@fires(RACE, only="today")
def name_is_swapped_again_and_again(host):
    tool = host.process("tool")
    for _ in range(3):
        tool.open(LOG, claim=SHADOW)
        tool.open(SHADOW, claim=SHADOW)


@fires(OUT_OF_SIGHT, only="today")
def descriptor_is_taken_away(host):
    tool = host.process("tool")
    tool.open(LOG, claim=LOG)
    tool.open("/tmp/link")


@near_miss(OUT_OF_SIGHT)
def capture_of_another_writer(host):
    tool = host.process("tool")
    tool.open(LOG)
    tool.open(SHADOW)


@near_miss(RACE)
def link_is_turned_now_and_then(host):
    backup = host.process("backup")
    for day in range(7):
        backup.open(f"/backup/{day}", claim="/backup/current")
        host.wait(60)
