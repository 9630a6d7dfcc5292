"""Lines as JSON objects. That they are sysdig's is tested in ui/cli/test_dig."""

import pytest

from firmer.fields.format_json import JsonFormat

OBJECTS = [
    ("text %evt.type %10evt.dir", b'{"evt.dir":"<","evt.type":"setuid"}'),
    ("%evt.type %evt.type", b'{"evt.type":"setuid"}'),
    ("*%fd.name %evt.is_io", b'{"evt.is_io":false,"fd.name":null}'),
    ("%fd.name %evt.is_io", None),
    ("%evt.arg.res %evt.rawres", b'{"evt.arg.res":"0","evt.rawres":0}'),
    ("%evt.outputtime", b'{"evt.outputtime":%d}'),
    ("nothing", b"{}"),
]


@pytest.mark.parametrize(("text", "line"), OBJECTS)
def test_objects(text, line, sysdig_host):
    form = JsonFormat(text, "sysdig")
    (event,) = sysdig_host.events(("setuid<", 100, 0))
    sysdig_host.state.process(event)
    if line is not None and b"%d" in line:
        line = line % event.ts
    assert form.line(event, sysdig_host.state) == line
