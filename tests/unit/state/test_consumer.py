"""A consumer that forgets to look at events says so."""

import pytest

from firmer.capture.encode import encode_event
from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.detect.pipeline import Pipeline
from firmer.errors import FirmerError
from firmer.events.section import Section
from firmer.state.consumer import Consumer
from firmer.state.state import State


def test_a_consumer_without_on_event_is_an_error(tmp_path):
    path = tmp_path / "one.scap"
    with Writer(path) as writer:
        writer.section(Section())
        writer.event_bytes(encode_event(5, 1, 1, [bytes(8), bytes(8)]))
    with Reader(str(path)) as reader, pytest.raises((NotImplementedError, FirmerError), match="Consumer"):
        Pipeline(reader, State("falco"), [Consumer()]).run()
