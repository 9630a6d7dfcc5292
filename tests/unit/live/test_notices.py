"""What firmer tells itself is written as any event is."""

import pytest

from firmer.capture.encode import encode_event
from firmer.live import notices


@pytest.mark.parametrize(("count", "told"), [(1, 1), (2**32 - 1, 2**32 - 1), (2**40, 2**32 - 1)])
def test_a_loss(count, told):
    assert notices.loss(17, count) == encode_event(148, 17, -1, [told.to_bytes(4, "little")])


@pytest.mark.parametrize("record", [b"{}", b'{"container":{"id":"web"}}', b"x" * 100_000])
def test_a_container(record):
    assert notices.container(17, record) == encode_event(324, 17, -1, [record + b"\0"])
