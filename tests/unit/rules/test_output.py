"""Compiled outputs: their keys; what they print is tested with the rule set."""

import pytest

from firmer.filter.program import AtomTable
from firmer.filter.source import Source
from firmer.rules.output import Output, printed_slot
from firmer.rules.output_format import parse_layout


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("nothing", ("evt.time",)),
        ("%proc.name %fd.name %proc.name", ("evt.time", "fd.name", "proc.name")),
        ("%evt.time %toupper(proc.name)", ("evt.time", "proc.name")),
        ("%proc.aname[2] %proc.aname[10] %proc.aname", ("evt.time", "proc.aname", "proc.aname[10]", "proc.aname[2]")),
    ],
)
def test_keys_are_sorted_and_each_stands_once(text, keys):
    assert Output(parse_layout(Source(text)), AtomTable("falco", printed_slot)).keys == keys


def test_a_name_that_the_caller_spelled_another_way_shows_both(host):
    output = Output(parse_layout(Source("read %fd.name by %evt.type")), AtomTable("falco", printed_slot))
    for event in host.events(("openat<", 100, 5, -100, "/etc/shadow", 1, 0, 0, 0, "/tmp/link")):
        host.state.process(event)
        assert output.text(event, host.state) == "read /etc/shadow (opened as /tmp/link) by openat"


def test_another_name_shows_where_a_rule_holds_for_it_alone(host):
    output = Output(parse_layout(Source("read %fd.name")), AtomTable("falco", printed_slot))
    for event in host.events(("rename<", 100, 0, "/etc/shadow", "/tmp/x"), ("openat<", 100, 5, -100, "/tmp/x", 1, 0, 0, 0, b"")):
        host.state.process(event)
        for alias, text in (None, "read /tmp/x"), (b"/etc/shadow", "read /tmp/x (the same as /etc/shadow)"):
            host.state.alias = alias
            if host.state.fd is not None:
                assert output.text(event, host.state) == text
    assert host.state.fd is not None


def test_slots_of_outputs_know_that_they_are_printed():
    assert printed_slot("proc.aname", "falco").output
