"""Commands are tried here with any words: none of them may watch the host that the tests run on."""

import pytest

from firmer.live.probe import Probe


@pytest.fixture(autouse=True)
def no_probe(monkeypatch):
    def start(*_):
        raise AssertionError("a unit test would watch this host")

    monkeypatch.setattr(Probe, "start", start)
