"""A slot computes its value once an event and forgets when it is told to."""

from firmer.fields.catalog import new_slot


def test_says_what_was_asked_for():
    slot = new_slot("proc.aname[2]", "falco")
    assert (slot.text, slot.argument, slot.sysdig, slot.output) == ("proc.aname[2]", 2, False, False)
    assert repr(slot) == "<Slot proc.aname[2]>"


def test_value_and_text_of_the_current_event(host):
    slot = new_slot("evt.rawres", "falco")
    got = []
    for event in host.events(("setuid<", 100, 0, 5), ("setuid<", 100, -1, 5)):
        host.state.process(event)
        got.append((slot.value(event, host.state), slot.text_of(event, host.state)))
    assert got == [(0, b"0"), (-1, b"-1")]


def test_computed_once_an_event(host):
    slot = new_slot("evt.deltatime", "falco")
    for event in host.events(("setuid<", 100, 0, 5), ("setuid<", 100, 0, 5)):
        host.state.process(event)
        assert slot.value(event, host.state) == slot.value(event, host.state)
    assert slot.value(event, host.state) == 1000


def test_forgets_between_sources(host):
    slot = new_slot("evt.deltatime", "falco")
    for event in host.events(("setuid<", 100, 0, 5), ("setuid<", 100, 0, 5)):
        host.state.process(event)
        slot.value(event, host.state)
    slot.forget()
    assert slot.value(event, host.state) == 0
