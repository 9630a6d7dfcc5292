"""What all outputs are configured with."""

import msgspec
import pytest
from alerts import alert

from firmer.alert import PRIORITIES
from firmer.outputs.lines import FORMS
from firmer.outputs.settings import Form, OutputSettings, Priority, Seconds


@pytest.mark.parametrize(("text", "seconds"), [("500ms", 0.5), ("30s", 30), ("2m", 120), (" 1h ", 3600), ("0s", 0)])
def test_times(text, seconds):
    assert Seconds.parse(text) == seconds


@pytest.mark.parametrize("text", ["", "5", "5 s", "-1s", "1d", "1.5s", "9999999999s", "٣s"])
def test_what_is_no_time(text):
    with pytest.raises(ValueError, match="is no time"):
        Seconds.parse(text)


@pytest.mark.parametrize("text", ["500ms", "30s", "2m", "1h", "90s", "0s"])
def test_times_are_written_as_they_are_read(text):
    assert str(Seconds.parse(text)) == text


def test_priorities_are_those_of_alerts():
    assert [word.capitalize() for word in Priority.__args__] == list(PRIORITIES)
    assert set(Form.__args__) == set(FORMS)


@pytest.mark.parametrize(
    ("least", "wanted"), [("debug", list(PRIORITIES)), ("emergency", ["Emergency"]), ("error", ["Emergency", "Alert", "Critical", "Error"])]
)
def test_the_least_priority(least, wanted):
    settings = OutputSettings(priority=least)
    assert [name for name in PRIORITIES if settings.wants(alert(priority=name))] == wanted


def test_unknown_keys_are_refused():
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"priority": "debug", "colour": "red"}, OutputSettings)
