"""Alerts for tests of whatever takes them."""

from firmer.alert import Alert


def alert(rule="Shadow read", priority="Warning", text="read by cat", **more):
    return Alert(
        hostname="web-1",
        output=f"10:00:00.000000000: {priority} {text}",
        output_fields={"evt.time": 1},
        priority=priority,
        rule=rule,
        source="syscall",
        tags=("T1003",),
        time="2026-01-05T10:00:00.000000000Z",
        **more,
    )
