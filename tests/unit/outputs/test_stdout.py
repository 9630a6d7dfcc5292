"""The output to standard output."""

import json

from alerts import alert

from firmer.outputs.stdout import StdoutSettings


def test_the_settings_open_standard_output(capfdbinary):
    (output,) = StdoutSettings(format="json").open()
    output.send([alert()])
    output.reopen()
    assert json.loads(capfdbinary.readouterr().out)["priority"] == "Warning"
