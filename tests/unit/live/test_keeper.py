"""The process that looks at the host, started from a process of ours that has no other threads."""

import os
import subprocess
import sys
import textwrap

import pytest

HEAD = """
import os, signal, socket, sys, threading, time
from firmer.live import keeper as module
from firmer.live.containers import Container
from firmer.live.keeper import Keeper, KeeperError
from firmer.live.scan import scan
nobody = lambda epoch: scan([], epoch)
"""


def child(code, *args):
    """What a child prints that runs this."""
    text = HEAD + textwrap.dedent(code)
    done = subprocess.run([sys.executable, "-c", text, *args], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_its_scan_is_ours(tmp_path):
    out = child(
        """
        pid = os.fork() or signal.pause()
        keeper = Keeper.start(lambda epoch: scan([pid], epoch))
        theirs, ours = keeper.scan(17), scan([pid], 17)
        os.kill(pid, 9)
        def facts(found):
            for thread in found.section.threads: thread.vmrss_kb = thread.pfminor = 0
            return found.section
        print(facts(theirs) == facts(ours), theirs.read_at_ns.keys() == ours.read_at_ns.keys(), theirs.complete)
        keeper.close()
        """
    )
    assert out == "True True True"


def test_it_holds_nothing_of_ours_open():
    out = child(
        """
        reading, writing = os.pipe()
        keeper = Keeper.start(nobody)
        keeper.scan(0)
        os.close(writing)
        print(os.read(reading, 1), len(os.listdir(f"/proc/{keeper.pid}/fd")))
        keeper.close()
        """
    )
    assert out.startswith("b'' ") and int(out.split()[1]) <= 6


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_it_keeps_only_what_looking_takes():
    out = child(
        """
        keeper = Keeper.start(nobody)
        keeper.scan(0)
        status = open(f"/proc/{keeper.pid}/status").read()
        print([line.split()[1] for line in status.splitlines() if line.startswith(("CapEff", "CapBnd", "NoNewPrivs"))])
        keeper.close()
        """
    )
    wanted = f"{1 << 19 | 1 << 2:016x}"
    assert out == str([wanted, wanted, "1"])


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_who_gave_everything_up_still_sees_others():
    out = child(
        """
        from firmer.live.privileges import drop, held
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(writing); file = open("/etc/hostname"); os.read(reading, 1); os._exit(0)
        time.sleep(0.3)
        keeper = Keeper.start(lambda epoch: scan([pid], epoch))
        drop("65534:65534")
        found = keeper.scan(0)
        print(sorted(held()), b"/etc/hostname" in [fd.name for fd in found.section.fds[pid]], found.notes)
        keeper.close()
        os._exit(0)
        """
    )
    assert out == "[] True {}"


@pytest.mark.parametrize("way", ["os.kill(keeper.pid, 9)", "keeper._link.close()"])
def test_when_it_is_gone_that_is_told(way):
    out = child(
        f"""
        keeper = Keeper.start(nobody)
        {way}
        try: keeper.scan(0)
        except KeeperError as error: print(error)
        keeper.close()
        """
    )
    assert out.startswith("the process that looks at the host ")


def test_it_ends_with_us():
    out = child("keeper = Keeper.start(nobody)\nkeeper.scan(0)\nprint(keeper.pid, flush=True)\nos._exit(0)")
    pid, end = int(out), 500
    while os.path.exists(f"/proc/{pid}") and end:
        end -= 1
        subprocess.run(["sleep", "0.01"], check=True)
    assert end


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_signals_for_all_are_for_who_started_it(name):
    out = child(
        f"""
        keeper = Keeper.start(nobody)
        keeper.scan(0)
        os.kill(keeper.pid, signal.{name})
        print(keeper.scan(0).complete)
        keeper.close()
        """
    )
    assert out == "True"


def test_what_cannot_be_looked_at_is_told():
    out = child(
        """
        def fail(epoch): raise PermissionError(13, "Permission denied")
        keeper = Keeper.start(fail)
        for _ in range(2):
            try: keeper.scan(0)
            except KeeperError as error: print(error)
        keeper.close()
        """
    )
    assert out.splitlines() == ["the host could not be looked at: [Errno 13] Permission denied"] * 2


def test_other_threads_would_be_cut_off():
    out = child(
        """
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        try: Keeper.start(nobody)
        except KeeperError as error: print(error, flush=True)
        os._exit(0)
        """
    )
    assert out == "the keeper is started before other threads"


def test_names_come_later_and_nobody_waits(tmp_path):
    out = child(
        """
        from firmer.live import keeper, runtimes
        answer = b'{"Name": "/web"}'
        def serve():
            server = socket.socket(socket.AF_UNIX); server.bind(sys.argv[1] + "/docker.sock"); server.listen()
            while True:
                connection = server.accept()[0]; connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(answer) + answer)
        original = runtimes.Runtimes
        keeper.Runtimes = lambda: original(runtimes.Paths(sys.argv[1]))
        keeper = Keeper.start(nobody)
        threading.Thread(target=serve, daemon=True).start()
        keeper.ask(Container(b"abababababab", "docker", 0, b"ab" * 32), os.getpid())
        found, accounts, end = [], [], time.monotonic() + 10
        while not found and time.monotonic() < end:
            found, more = keeper.answers(); accounts += more; time.sleep(0.01)
        print(b"root" in [each.name for each in accounts], {each.container for each in accounts})
        print(found[0].decode(), keeper.notes, flush=True)
        keeper.close()
        os._exit(0)
        """,
        str(tmp_path),
    )
    assert out.startswith("True {b'abababababab'}")
    assert '"name":"web"' in out and out.endswith("{}")


def test_while_it_looks_there_are_no_answers():
    out = child("keeper = Keeper.start(nobody)\nkeeper._lock.acquire()\nprint(keeper.answers())\nkeeper._lock.release()\nkeeper.close()")
    assert out == "([], [])"
