"""Sets of rules as consumers of events: match, render, hand on."""

import os
from array import array as new_array

from cpython.array cimport array

from firmer.event cimport Event
from firmer.events.render cimport Text
from firmer.filter.program cimport AtomTable, RuleProgram
from firmer.rules.output cimport Output, output_table
from firmer.state.state cimport State

from firmer.alert import Alert, Clock

cdef extern from "firmer/events/tables.h":
    enum:
        PPME_USER_ADDED_E, PPME_GROUP_DELETED_E, PPME_CONTAINER_E, PPME_CONTAINER_JSON_E, PPME_CONTAINER_JSON_2_E


cdef class RuleSet(Consumer):
    def __init__(self, ready, *, first=True, warnings=(), hostname=None) -> None:
        """ready: loader.Ready of each rule, in load order; first: an event raises the alert of the first rule that matches only."""
        self.rules = [each.rule for each in ready]
        self.matches = [0] * len(self.rules)
        self.warnings = list(warnings)
        self.hostname = os.environ.get("FALCO_HOSTNAME") or os.uname().nodename if hostname is None else hostname
        self.program = RuleProgram([each.checked.tree for each in ready], None, first)
        self.wanted = shown_to_rules(self.program.wanted)
        self.printed = output_table()
        self.outputs = [Output(each.output, self.printed, each.extra) for each in ready]
        self.heads = [Head(each.rule) for each in ready]
        self.hits = new_array("i", [0] * (len(self.rules) + 1))
        self.line = Text()
        self.clock = Clock()

    @property
    def sink(self) -> object:
        """Who gets the alerts. Setting it begins a new source: values of the last one are forgotten."""
        return self._sink

    @sink.setter
    def sink(self, sink: object) -> None:
        self._sink = sink
        self.program.table.forget()
        self.printed.forget()

    cdef int on_event(self, Event event, State state) except -1:
        if event.flags & 1:
            return 0            # for the state only: the capture's writer had filtered it out
        cdef int *hits = self.hits.data.as_ints
        cdef int found = self.program.run(event, state, hits, len(self.rules))
        cdef int k
        for k in range(found):
            self.matches[hits[k]] += 1
            if self._sink is not None:
                self._sink(self.alert(hits[k], event, state))
        return 0

    cdef object alert(self, int rule, Event event, State state):
        cdef Output output = self.outputs[rule]
        cdef Text line = self.line
        cdef Head head = self.heads[rule]
        line.size = 0
        output.render(line, event, state)
        clock, iso = self.clock.read(event.ts)
        text = line.taken().decode("utf-8", "replace")
        return Alert(
            self.hostname, f"{clock}: {head.priority} {text}", output.fields(event, state), head.priority, head.name, head.source, head.tags, iso
        )


def shown_to_rules(wanted: bytes) -> bytes:
    """Without the events that are there for the state alone: what containers and accounts there are. Falco raised no alert for one, ever."""
    cdef int kind
    shown = bytearray(wanted)
    for kind in range(PPME_USER_ADDED_E, PPME_GROUP_DELETED_E + 1):
        shown[kind] = 0
    for kind in (PPME_CONTAINER_E, PPME_CONTAINER_JSON_E, PPME_CONTAINER_JSON_2_E):
        shown[kind] = 0
    return bytes(shown)


cdef class Head:
    """What is the same in each alert of a rule."""
    cdef str name, priority, source
    cdef tuple tags

    def __init__(self, rule) -> None:
        self.name = rule.name
        self.priority = rule.priority_word
        self.source = rule.source
        self.tags = tuple(sorted(rule.tags))
