"""Every type that changes the state today has a handler, or a reason."""

from firmer.events.table import event_types
from firmer.state.catalog import handled

MODIFIES_STATE, UNUSED, OLD_VERSION = 1 << 3, 1 << 8, 1 << 9

WITHOUT = {
    "open", "creat", "openat", "openat2",  # enter events: the exit reads them
    "cpu_hotplug",  # ends a live capture
    "shutdown", "getsockopt", "mount", "umount", "umount2",  # change nothing that anybody can see
    "NA",
}  # fmt: skip
ITERATORS = range(430, 450)  # the live scan takes the process list from /proc


def test_every_state_changing_type_has_a_handler():
    changing = [row for row in event_types() if row["flags"] & MODIFIES_STATE and not row["flags"] & (UNUSED | OLD_VERSION)]
    missing = {(row["id"], row["name"]) for row in changing if not handled(row["id"]) and row["id"] not in ITERATORS}
    assert {name for _, name in missing} <= WITHOUT, missing
