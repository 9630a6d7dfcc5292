"""Threads: what is known of one that nothing told of."""


def test_a_placeholder_is_named_unknown(any_host):
    any_host.go(("chdir>", 7), ("chdir<", 7, -2, "/x")) if any_host.state.sysdig else any_host.go(("chdir<", 7, -2, "/x"))
    thread = any_host.thread(7)
    assert (thread.comm, thread.exe, thread.uid, thread.pid, thread.ptid) == (b"<NA>", b"<NA>", 0xFFFFFFFF, 7, -1)
    assert thread.placeholder


def test_a_thread_says_which_it_is(host):
    assert repr(host.thread(101)) == "<Thread tid=101 pid=100 ptid=1 comm=b'bash'>"
