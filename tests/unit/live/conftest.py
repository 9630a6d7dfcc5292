"""Children to look at: the tests of this room read no process but their own and those that they start."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest


@pytest.fixture
def child() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a Python child that has run `code` when this returns, and waits then."""
    started: list[subprocess.Popen] = []

    def start(code: str = "", *args: str, end: str = "", **more) -> subprocess.Popen:
        """`end`: what its main thread does instead of telling that it is ready and waiting, with the place to tell it for {}."""
        ready, told = os.pipe()
        last = end.format(told) or f"os.write({told}, b'x'); os.close({told}); threading.Event().wait()"
        text = f"import os, sys, threading\n{code}\n{last}"
        process = subprocess.Popen([sys.executable, "-c", text, *args], pass_fds=[told, *more.pop("pass_fds", [])], **more)
        started.append(process)
        os.close(told)
        done = os.read(ready, 1)
        os.close(ready)
        assert done, "the child failed"
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGKILL)
        process.wait()


@pytest.fixture
def serve(tmp_path):
    """Start an engine at a path below `tmp_path` that gives `answer(request)` and does `after(connection)`; what it was asked is returned."""
    servers = []

    def start(answer, after=lambda connection: None, path="docker.sock"):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(place))
        server.listen()
        servers.append(server)
        asked = []

        def run():
            while True:
                try:
                    connection = server.accept()[0]
                except OSError:
                    return
                with connection:
                    request = connection.recv(4096)
                    if not request:
                        continue  # who it is was enough
                    asked.append(request)
                    try:
                        connection.sendall(answer(request))
                        after(connection)
                    except OSError:
                        pass

        threading.Thread(target=run, daemon=True).start()
        return asked

    yield start
    for server in servers:
        server.shutdown(socket.SHUT_RDWR)
        server.close()


@pytest.fixture
def grpc_server(tmp_path):
    """Start a gRPC server at a path below `tmp_path`: by method, what gives the answer's bytes for the request's, or a status to fail with."""
    servers = []

    def start(methods, path="containerd/containerd.sock"):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)

        class Any(grpc.GenericRpcHandler):
            def service(self, call):
                if call.method not in methods:
                    return None
                headers = dict(call.invocation_metadata)

                def answer(request, context):
                    found = methods[call.method](request, headers)
                    if isinstance(found, grpc.StatusCode):
                        context.abort(found, "no")
                    return found

                return grpc.unary_unary_rpc_method_handler(answer)

        server = grpc.server(ThreadPoolExecutor(1), handlers=[Any()])
        assert server.add_insecure_port(f"unix:{place}")
        server.start()
        servers.append(server)
        return str(place)

    yield start
    for server in servers:
        server.stop(None).wait()
