"""Stories for rules/evasion.yaml."""

from stories import fires, near_miss

RACE = "Path rewritten while it is opened"
LOG, SHADOW = "/tmp/log", "/etc/shadow"


@fires(RACE, only="today")
def name_is_swapped_again_and_again(host):
    tool = host.process("tool")
    for _ in range(3):
        tool.open(LOG, claim=SHADOW)
        tool.open(SHADOW, claim=SHADOW)


@near_miss(RACE)
def link_is_turned_now_and_then(host):
    backup = host.process("backup")
    for day in range(7):
        backup.open(f"/backup/{day}", claim="/backup/current")
        host.wait(60)
