"""Lengths inside of an event; more cases stand in capture/test_reader, which reaches them through whole captures."""

import pytest
from scap import FIRST_TS, READ_X, call, header, reader, s64


def only_event(block):
    (event,) = reader(header() + block).events_iter()
    return event


@pytest.mark.parametrize("generation", [1, 2])
@pytest.mark.parametrize("sizes", [(), (0,), (1, 0, 3), (0,) * 4, (255, 256, 300)], ids=str)
def test_both_generations_find_the_same_parameters(generation, sizes):
    params = [bytes([65 + n]) * size for n, size in enumerate(sizes)]
    event = only_event(call(READ_X, *params, generation=generation))
    assert [event.raw_bytes(k) for k in range(event.nparams)] == params
    assert (event.type, event.ts, event.size) == (READ_X, FIRST_TS, (22 if generation == 1 else 26) + sum(sizes) + 2 * len(sizes))


def test_today_s_form_comes_from_the_table():
    old = only_event(call(READ_X, s64(4), b"root"))
    assert (old.today, old.param_bytes(0), old.param_bytes(1)) == (READ_X, s64(4), b"root")
    assert old.param_bytes(2) == bytes(8), "what the enter event would have told"
