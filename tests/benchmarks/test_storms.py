"""The consumer alone can be measured anywhere; what needs a kernel is tested in tests/live."""

import storms


def test_the_consumer_sees_all_that_waits(monkeypatch):
    monkeypatch.setattr(storms, "WAITING", 1000)
    assert storms.consumer_alone([]) > 0
