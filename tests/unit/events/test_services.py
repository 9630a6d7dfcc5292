"""Names of ports."""

import pytest

from firmer.events.render import rendered
from firmer.events.services import resolve_ports, service


@pytest.fixture(autouse=True)
def restored():
    yield
    resolve_ports(False)


def test_a_port_without_a_name():
    assert service(1) in (None, b"tcpmux")
    assert service(64999) is None


def test_only_when_asked_for():
    address = b"\x02\x7f\0\0\1" + (80).to_bytes(2, "little")
    assert rendered("sockaddr", address) == b"127.0.0.1:80"
    resolve_ports(True)
    assert rendered("sockaddr", address) == b"127.0.0.1:" + (service(80) or b"80")
