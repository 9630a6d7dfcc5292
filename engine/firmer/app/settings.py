"""Every key of the configuration, declared once: types check it, the docs page is made of it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from firmer.app.sizes import Reach, Size
from firmer.detect.context import DEFAULT_LARGEST_BYTES
from firmer.outputs.catalog import AnyOutput
from firmer.outputs.settings import Priority, Seconds
from firmer.outputs.stdout import StdoutSettings


class Settings(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A mapping of the configuration; a key that is not declared is an error."""


class ContextSettings(Settings, frozen=True):
    """What happened around each alert, as captures."""

    folder: Annotated[str, Meta(description="where they go; made when it is not there, readable for its owner only", min_length=1)]
    before: Annotated[Reach, Meta(description="how far back from the alert: a time or a number of events")] = Reach("30s")
    after: Annotated[Reach, Meta(description="how far on")] = Reach("10s")
    memory: Annotated[Size, Meta(description="for the last events; beyond it captures begin late, which is counted")] = Size(48 << 20)
    largest: Annotated[Size, Meta(description="of one capture; a longer one goes on in a second")] = Size(DEFAULT_LARGEST_BYTES)
    calls: Annotated[
        Literal["rules", "all"],
        Meta(description="live: calls that they hold, `rules`: what rules and state need; `all`: every one"),
    ] = "rules"
    total: Annotated[Size, Meta(description="of all captures in the folder; beyond it the oldest go")] = Size(2 << 30)


class WatchSettings(Settings, frozen=True):
    """Whose system calls are seen: everybody's, or one of these. The kernel leaves the others out."""

    tree: Annotated[int, Meta(description="number of a process: it and all that descend from it; 0: not so", ge=0, le=1 << 22)] = 0
    cgroup: Annotated[str | None, Meta(description="a control group and all below it: its path, as /proc/PID/cgroup tells it (`0::`)")] = (
        None
    )
    container: Annotated[str | None, Meta(description="a container, by the beginning of its id")] = None


class ProbeSettings(Settings, frozen=True):
    """The eBPF probe."""

    ring: Annotated[Size, Meta(description="for events on their way out of the kernel; a power of two")] = Size(8 << 20)
    life_ring: Annotated[Size, Meta(description="the same for processes' lives, connections, changes of user")] = Size(4 << 20)
    snaplen: Annotated[int, Meta(description="bytes kept of what is read and written", ge=0, le=65000)] = 80
    watch: Annotated[WatchSettings, Meta(description="see below")] = WatchSettings()


class Config(Settings, frozen=True):
    rules_files: Annotated[tuple[str, ...], Meta(description="rules files and folders, in this order; none: the bundled rules")] = ()
    rule_matching: Annotated[Literal["first", "all"], Meta(description="`first`: an event raises one alert at most")] = "first"
    priority: Annotated[Priority, Meta(description="rules of less urgency are left out")] = "debug"
    outputs: Annotated[tuple[AnyOutput, ...], Meta(description="where alerts go, see below")] = (StdoutSettings(),)
    context: Annotated[ContextSettings | None, Meta(description="captures around alerts, see below; none: not kept")] = None
    probe: Annotated[ProbeSettings, Meta(description="see below")] = ProbeSettings()
    user: Annotated[
        str | None,
        Meta(description="whose rights are left after the start, when started as root; none: root's identity without its capabilities"),
    ] = None
    stats: Annotated[Seconds, Meta(description="time between two lines of counters on standard error; `0s`: none")] = Seconds(60)
