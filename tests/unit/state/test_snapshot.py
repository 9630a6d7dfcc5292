"""load(snapshot()) is the same state."""

from firmer.state.state import State


def described(section) -> tuple:
    order = sorted(section.threads, key=lambda entry: entry.tid)
    return (
        order,
        section.fds,
        section.users,
        section.groups,
        section.interfaces,
        section.machine,
        section.containers,
        section.plugin_containers,
        section.ended,
    )


def test_a_snapshot_loads_as_the_same_state(any_host, clone, execve, tuple4):
    pair = tuple4("10.0.0.1", 5001, "1.1.1.1", 53)
    any_host.go(
        clone(100, 200, 100, 100, 1), execve(200, "curl", "/usr/bin/curl"), ("chdir<", 200, 0, "/tmp"), ("dup2<", 200, 9, 4, 9),
        (18, 200, 2, 2, 17), (19, 200, 5), (30, 200, 5, 10, pair), (31, 200, 10, b"abc"), ("pipe<", 200, 0, 6, 7, 99),
        (324, -1, b'{"container":{"id":"abc","name":"web"}}'), ("setuid<", 200, 0, 33), ("procexit>", 101, 0),
    )  # fmt: skip
    first = any_host.state.snapshot()
    other = State("sysdig" if any_host.state.sysdig else "falco")
    other.load(first)
    assert described(other.snapshot()) == described(first)
    assert other.fd_by(200, 5).name == any_host.name(200, 5) and 101 not in other.tids()


def test_a_connection_served_here_is_written_as_readers_expect_it(host, tuple4):
    address = b"\x02" + bytes(4) + (80).to_bytes(2, "little")
    host.go(("socket<", 100, 5, 2, 1, 6, 0), ("bind<", 100, 0, address, 5), (247, 100, 6, tuple4("10.0.0.9", 999, "10.0.0.1", 80), 0, 0, 0))
    entry = next(entry for entry in host.state.snapshot().fds[100] if entry.fd == 6)
    assert (entry.sport, entry.dport) == (80, 999)
    other = State()
    other.load(host.state.snapshot())
    assert (other.fd_by(100, 6).name, other.fd_by(100, 6).flags & 2) == (b"10.0.0.9:999->10.0.0.1:80", 2)


def test_placeholders_are_not_written(host):
    host.go(("chdir<", 900, -1, "/"))
    assert host.thread(900) and all(entry.tid != 900 for entry in host.state.snapshot().threads)


def test_the_dead_parent_and_the_maker_are_told(host, clone):
    host.go(
        clone(100, 200, 100, 100, 1), clone(200, 300, 200, 200, 100), clone(200, 201, 200, 200, 100, flags=1 << 13 | 1),
        ("procexit>", 200, 0, 0, 0, 0, 1), ("chdir<", 100, -1, "/"),
    )  # fmt: skip
    section = host.state.snapshot()
    told = {entry.tid: entry for entry in section.threads}
    assert (told[201].maker, told[201].clone_ts) == (200, host.thread(201).clone_ts)
    assert told[300].maker == -1


def test_who_took_over_the_children_of_the_dead_is_told(host, clone):
    host.go(clone(100, 200, 100, 100, 1), clone(200, 300, 200, 200, 100), ("procexit>", 200, 0, 0, 0, 0, 1), ("chdir<", 100, -1, "/"))
    reaper = host.thread(300).ptid
    section = host.state.snapshot()
    assert reaper not in (0, 200) and section.ended == {200: reaper}
    other = State()
    other.load(section)
    assert other.thread_by_tid(300).ptid == reaper and described(other.snapshot()) == described(section)


def test_a_record_that_the_plugin_told_stays_its(host):
    host.go((402, -1, 0, "container", b'{"container":{"id":"abc","name":"web"}}\0'))
    assert (host.state.snapshot().containers, len(host.state.snapshot().plugin_containers)) == ([], 1)


def test_sockets_that_lists_would_change_are_marked(host):
    host.go(("socket<", 100, 5, 2, 1, 6, 0), ("socket<", 100, 6, 10, 1, 6, 0))
    marked = {entry.fd: (entry.bare, entry.role) for entry in host.state.snapshot().fds[100]}
    assert (marked[5], marked[6]) == ((True, 0), (True, 0))
    other = State()
    other.load(host.state.snapshot())
    assert other.fd_by(100, 5).name == b"" and described(other.snapshot()) == described(host.state.snapshot())


def test_flags_of_programs_are_written_as_yes_or_no(host, execve):
    host.go(execve(100, "sh", "/bin/sh", flags=0b1111))
    (entry,) = [entry for entry in host.state.snapshot().threads if entry.tid == 100]
    assert (entry.exe_writable, entry.exe_upper_layer, entry.exe_from_memfd, entry.exe_lower_layer) == (1, 1, 1, 1)
