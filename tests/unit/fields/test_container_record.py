"""Events that bring a record are about its container."""

import json

import pytest

RECORD = json.dumps({"container": {"id": "abcdefabcdef", "type": 7, "name": "web"}}).encode()


@pytest.mark.parametrize("dialect", ["falco", "sysdig"])
@pytest.mark.parametrize("field,value", [("container.id", "abcdefabcdef"), ("container.name", "web"), ("container.type", "containerd")])
def test_event_that_brings_a_record(ask_worker, field, value, dialect):
    assert ask_worker(field, ("container>", -1, RECORD), dialect=dialect) == value


def test_event_of_the_container_plugin(ask_worker):
    assert ask_worker("container.id", ("asyncevent>", -1, 0, "container", RECORD)) == "abcdefabcdef"
    assert ask_worker("container.id", ("asyncevent>", -1, 0, "other", RECORD)) is None


def test_other_events_without_a_thread_have_none(ask_worker):
    assert ask_worker("container.id", ("switch>", 999, 31, 0, 0, 1, 1, 0)) is None
