"""Alerts as notifications, to a server on loopback."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from alerts import alert

from firmer.errors import UsageError
from firmer.outputs.apprise import LONGEST, SHOWN, AppriseSettings, NotDelivered, Notifications
from firmer.outputs.delivery import Delivery
from firmer.outputs.settings import Seconds

MARKUP = "<b>bold</b> [link](http://evil.example) *stars* %s {0} &amp; \x1b[2J\nforged"


class Server:
    """Takes POST requests; answers with `status`."""

    def __init__(self):
        self.status = 200
        self.taken = []
        self.arrived = threading.Semaphore(0)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.taken.append(json.loads(body))
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()
                outer.arrived.release()

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()
        self.url = f"json://user:secret@127.0.0.1:{self.http.server_address[1]}/hook"

    def close(self):
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server():
    server = Server()
    yield server
    server.close()


def test_one_alert(server):
    Notifications(server.url, 0).send([alert(capture="/evidence/a.scap")])
    (got,) = server.taken
    assert (got["title"], got["type"]) == ("Warning: Shadow read on web-1", "warning")
    assert got["message"] == "10:00:00.000000000: Warning read by cat\nwhat happened around it: /evidence/a.scap"


@pytest.mark.parametrize(("priority", "kind"), [("Emergency", "failure"), ("Error", "failure"), ("Warning", "warning"), ("Debug", "info")])
def test_priorities_as_kinds(priority, kind, server):
    Notifications(server.url, 0).send([alert(priority=priority)])
    assert server.taken[0]["type"] == kind


def test_a_burst_is_one_notification_with_counts(server):
    Notifications(server.url, 0).send([alert("a")] * SHOWN + [alert("b")] * 7 + [alert("c", "Critical")])
    (got,) = server.taken
    assert got["title"] == f"{SHOWN + 8} alerts, worst Critical: c on web-1"
    assert got["message"].splitlines()[SHOWN:] == ["and 8 more:", "  b: 7", "  c: 1"]


@pytest.mark.parametrize(
    ("form", "there", "absent"),
    [
        ("text", "<b>bold</b> [link](http://evil.example) *stars* %s {0} &amp;", "\x1b"),
        ("html", "&lt;b&gt;bold&lt;/b&gt;", "<b>"),
        ("markdown", r"\[link\]", "*stars*"),
    ],
)
def test_markup_of_an_attacker_is_text_to_the_service(form, there, absent, server):
    """Whatever a service reads its messages as, nothing in an alert is taken for more than text."""
    Notifications(f"{server.url}?format={form}", 0).send([alert(text=MARKUP)])
    message = server.taken[0]["message"]
    assert there in message.replace("&nbsp;", " ") and absent not in message.replace(r"\*", "")
    assert "\x1b" not in message and "\nforged" not in message


def test_long_texts_are_cut_visibly(server):
    Notifications(server.url, 0).send([alert(text="x" * 3 * LONGEST)])
    message = server.taken[0]["message"]
    assert len(message) < LONGEST + 20 and "…(+" in message


@pytest.mark.parametrize("status", [400, 500, 503])
def test_a_refusal_is_told_without_secrets(status, server):
    server.status = status
    with pytest.raises(NotDelivered) as caught:
        Notifications(server.url, 0).send([alert()])
    assert "secret" not in str(caught.value) and "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("url", ["nonsense", "nosuch://secret", "", "json://"])
def test_bad_addresses_are_refused_at_the_start_without_secrets(url):
    with pytest.raises(UsageError, match="no address") as caught:
        AppriseSettings(urls=(url,)).check()
    assert "secret" not in str(caught.value)


def test_what_comes_within_the_pause_goes_as_one(server):
    settings = AppriseSettings(urls=(server.url,), every=Seconds(0.3))
    (output,) = settings.open()
    delivery = Delivery(output, settings.wants)
    delivery.put(alert("first"))
    assert server.arrived.acquire(timeout=5)
    for _ in range(50):
        delivery.put(alert("later"))
    assert server.arrived.acquire(timeout=5)
    delivery.close(time.monotonic() + 5)
    assert [got["title"] for got in server.taken] == ["Warning: first on web-1", "50 alerts, worst Warning: later on web-1"]
    assert (delivery.sent, delivery.lost) == (51, 0)


def test_each_address_is_an_output_of_its_own(server):
    outputs = AppriseSettings(urls=(server.url, "json://127.0.0.1:1/dead")).open()
    assert len({output.name for output in outputs}) == 2
