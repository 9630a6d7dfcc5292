"""Whom a run watches; the rest is tried on a real host (tests/live/test_run.py)."""

from firmer.app.live import watch_of
from firmer.app.settings import WatchSettings
from firmer.live.session import Watch


def test_whom_the_configuration_names_is_watched():
    assert watch_of(WatchSettings()) == Watch()
    assert watch_of(WatchSettings(tree=5)) == Watch(pid=5)
    assert watch_of(WatchSettings(cgroup="/a")) == Watch(cgroup="/a")
    assert watch_of(WatchSettings(container="ab12")) == Watch(container="ab12")
