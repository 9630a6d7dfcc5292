"""A new program in a thread."""


def test_the_program_replaces_what_the_thread_was(host, execve):
    host.go(execve(100, "curl", "/usr/bin/curl", flags=1 | 4))
    thread = host.thread(100)
    assert (thread.comm, thread.exe, thread.exepath, thread.args, thread.env) == (b"curl", b"curl", b"/usr/bin/curl", b"-x\0", b"A=1\0")
    assert (thread.exe_writable, thread.exe_from_memfd, thread.exe_upper_layer, thread.exe_ino) == (True, True, False, 99)
    assert (thread.tty, thread.cap_permitted, thread.exec_ts) == (34816, 7, host.ts)


def test_failed_execve_changes_nothing(any_host, execve):
    any_host.go(execve(100, "curl", "/usr/bin/curl", result=-2))
    assert any_host.thread(100).comm == b"bash"


def test_deleted_programs_keep_their_path(host, execve):
    host.go(execve(100, "x", "/tmp/x (deleted)"))
    assert host.thread(100).exepath == b"/tmp/x"


def test_old_execve_joins_the_file_name_of_its_enter_event(any_host, execve):
    name, tid, *values = execve(100, "x", None)
    any_host.go((292, 100, "bin/x"), (name, tid, *values[:20]))
    assert any_host.thread(100).exepath == b"/home/bin/x"


def test_without_the_enter_event_the_path_stays(any_host, execve):
    name, tid, *values = execve(100, "x", None)
    any_host.go((name, tid, *values[:20]))
    assert any_host.thread(100).exepath == b"/bin/bash"


def test_execveat_is_relative_to_its_directory(any_host, execve):
    _, tid, *values = execve(100, "x", None)
    any_host.go((330, 100, 4, "x", 0), (331, tid, *values[:20]))
    assert any_host.thread(100).exepath == b"/srv/data/x"


def test_execveat_may_end_as_execve(host, execve):
    name, tid, *values = execve(100, "x", None)
    host.go((330, 100, 4, "", 1), (name, tid, *values[:20]))
    assert host.thread(100).exepath == b"/srv/data"


def test_close_on_exec_descriptors_go_and_threads_end(host, execve):
    host.go(("fcntl<", 100, 9, 3, 26, 0), execve(100, "x", "/x"))
    assert host.fd(100, 9) is None and host.name(100, 3) == b"/etc/hosts"
    assert host.thread(101) is None and host.thread(100).nthreads == 1


def test_a_container_is_found_by_its_cgroups(any_host, execve):
    any_host.go(execve(100, "x", "/x", cgroups=b"cpu=/docker/" + b"ab" * 32 + b"\0"))
    assert any_host.thread(100).container_id == b"abababababab"


def test_only_0_29_3_takes_the_caller_at_his_word(sysdig_host, strict_host, execve):
    for host, path in ((sysdig_host, b"/usr/bin/x"), (strict_host, b"/bin/x")):
        host.go((292, 100, "/bin/x"), execve(100, "x", "/usr/bin/x"))
        assert host.thread(100).exepath == path
