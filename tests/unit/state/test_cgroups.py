"""Container ids of threads."""


def test_a_thread_of_the_list_has_its_container(make_host, thread_entry):
    host = make_host(threads=[thread_entry(100, cgroups=b"cpu=/docker/" + b"ab" * 32 + b"\0")])
    assert host.thread(100).container_id == b"abababababab"


def test_sysdig_makes_a_record_of_its_own_where_none_came(make_host, thread_entry):
    threads = [thread_entry(100, cgroups=b"cpu=/lxc/web\0"), thread_entry(200, cgroups=b"cpu=/crio-" + b"ab" * 32 + b"\0")]
    containers = make_host("sysdig", threads=threads).state.containers
    assert (containers[b"web"].name, containers[b"web"].type) == (b"web", 1)
    assert b"abababababab" not in containers
    assert make_host(threads=threads).state.containers == {}


def test_the_children_of_a_container_are_in_it(host, clone):
    host.go(clone(100, 200, 100, 100, 1, cgroups=b"cpu=/docker/" + b"ab" * 32 + b"\0"))
    assert host.thread(200).container_id == b"abababababab"
