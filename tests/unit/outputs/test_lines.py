"""Alerts as lines of a stream."""

import io
import json

import pytest
from alerts import alert

from firmer.outputs.lines import Lines

HOSTILE = "\x1b[2J\nforged: Alert\u202e"


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_alert_is_one_line_and_commands_no_terminal(form):
    stream = io.BytesIO()
    Lines(form, stream).send([alert(text=HOSTILE), alert()])
    lines = stream.getvalue().split(b"\n")
    assert len(lines) == 3
    assert not set(stream.getvalue()) & set(b"\x1b\x9b") and "\u202e" not in stream.getvalue().decode()


def test_json_holds_what_the_alert_holds():
    stream = io.BytesIO()
    Lines("json", stream).write(alert(text=HOSTILE, capture="/evidence/a.scap", capture_event=7))
    line = json.loads(stream.getvalue())
    assert (line["rule"], line["capture"], line["capture_event"]) == ("Shadow read", "/evidence/a.scap", 7)
    assert line["output"].endswith(HOSTILE)


def test_sending_flushes():
    raw = io.BytesIO()
    output = Lines("text", io.BufferedWriter(raw))
    output.write(alert())
    assert not raw.getvalue()
    output.send([alert()])
    assert raw.getvalue().count(b"\n") == 2
    output.write(alert())
    output.close()
    assert raw.getvalue().count(b"\n") == 3
