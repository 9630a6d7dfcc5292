"""Container events."""

RECORD = b'{"container":{"id":"abc","name":"web","type":0}}'


def test_first_generation(any_host):
    any_host.go((228, -1, "abc", 1, "web", "nginx"))
    record = any_host.state.containers[b"abc"]
    assert (record.name, record.type, record.image) == (b"web", 1, b"nginx")


def test_json(any_host):
    any_host.go((324, -1, RECORD))
    assert any_host.state.containers[b"abc"].name == b"web"


def test_sysdig_shows_it_as_done_by_the_container(sysdig_host):
    sysdig_host.go((272, -1, RECORD))
    assert sysdig_host.state.thread.comm == b"container:abc" and not sysdig_host.state.hidden
    assert sysdig_host.thread(-1) is None


def test_sysdig_hides_a_failed_lookup(sysdig_host):
    sysdig_host.go((272, -1, b'{"container":{"id":"abc","lookup_state":2}}'))
    assert sysdig_host.state.hidden


def test_async_notices_bring_and_take(host):
    host.go((402, -1, 0, "container", RECORD))
    assert b"abc" in host.state.containers
    host.go((402, -1, 0, "container_removed", RECORD), (402, -1, 0, "dns", RECORD))
    assert host.state.containers == {}


def test_unreadable_records_are_counted(any_host):
    any_host.go((324, -1, b"{"))
    assert any_host.state.counters == {"containers: unreadable record": 1}
