"""Taking over a section."""

import pytest

from firmer.events.section import FdEntry

CLIENT, SERVER, CONNECTED, FROM_PROC = 1, 2, 4, 32
US, THEM = b"\x0a\0\0\x01", b"\x0a\0\0\x02"
MAPPED = bytes(10) + b"\xff\xff"

FDS = [
    pytest.param(
        FdEntry(5, 3, sip=US, dip=THEM, sport=4000, dport=443, l4proto=2), b"10.0.0.1:4000->10.0.0.2:443", CLIENT | CONNECTED, id="client"
    ),
    pytest.param(
        FdEntry(5, 3, sip=US, dip=THEM, sport=80, dport=999, l4proto=2), b"10.0.0.2:999->10.0.0.1:80", SERVER | CONNECTED, id="server"
    ),
    pytest.param(FdEntry(5, 3, sip=bytes(4), dip=THEM, sport=9, dport=9, l4proto=3), b"10.0.0.1:9->10.0.0.2:9", CLIENT, id="inferred"),
    pytest.param(FdEntry(5, 5, dip=US, dport=53, l4proto=3), b"10.0.0.1:53", 0, id="bound"),
    pytest.param(
        FdEntry(5, 4, sip=MAPPED + US, dip=MAPPED + THEM, sport=1, dport=2, l4proto=3), b"10.0.0.1:1->10.0.0.2:2", CLIENT, id="mapped"
    ),
    pytest.param(
        FdEntry(5, 4, sip=bytes(15) + b"\1", dip=bytes(15) + b"\2", sport=1, dport=2, l4proto=2), b"::1:1->::2:2", CONNECTED, id="ipv6"
    ),
    pytest.param(FdEntry(5, 8, name=b"/run/x"), b"/run/x", SERVER, id="unix-named"),
    pytest.param(FdEntry(5, 8), b"", CLIENT, id="unix"),
    pytest.param(FdEntry(5, 16, name=b"/f", dev=3), b"/f", 512, id="file"),
    pytest.param(FdEntry(5, 77, name=b"odd"), b"odd", 0, id="unknown-kind"),
]


@pytest.mark.parametrize(("entry", "name", "flags"), FDS)
def test_descriptors_of_the_list(make_host, entry, name, flags):
    listening = FdEntry(9, 5, dip=bytes(4), dport=80, l4proto=2)
    host = make_host(fds={100: [entry, listening]})
    assert (host.name(100, 5), host.fd(100, 5).flags) == (name, flags | FROM_PROC)


def test_only_leaders_keep_directory_and_environment(make_host, thread_entry):
    host = make_host(threads=[thread_entry(100, env=b"A=1\0"), thread_entry(101, pid=100, env=b"A=1\0")])
    assert (host.thread(100).cwd, host.thread(100).env) == (b"/home/", b"A=1\0")
    assert (host.thread(101).cwd, host.thread(101).env) == (b"", b"")


def test_descriptors_without_a_process_are_counted(make_host):
    host = make_host(fds={4711: [FdEntry(3, 1)]})
    assert host.state.counters == {"descriptors: of an unknown process": 1}


def test_numbers_out_of_range_do_not_break_it(make_host, thread_entry):
    host = make_host(
        threads=[thread_entry(-(2**63), flags=2**32 - 1, uid=2**32 - 1), thread_entry(2**63 - 1)], fds={2**63 - 1: [FdEntry(-1, 3)]}
    )
    assert host.state.counters == {"descriptors: table full": 1}


def test_a_thread_without_its_leader_is_taken(make_host, thread_entry):
    for dialect in ("falco", "sysdig"):
        host = make_host(dialect, threads=[thread_entry(50, pid=49, flags=1 << 13), thread_entry(51)])
        assert host.thread(50) is not None and host.thread(51) is not None


def test_flags_of_programs_are_yes_or_no(make_host, thread_entry):
    odd = thread_entry(200, exe_writable=2, exe_upper_layer=61, exe_lower_layer=255, exe_from_memfd=16)
    (entry,) = [entry for entry in make_host(threads=[odd]).state.snapshot().threads if entry.tid == 200]
    assert (entry.exe_writable, entry.exe_upper_layer, entry.exe_lower_layer, entry.exe_from_memfd) == (1, 1, 1, 1)
