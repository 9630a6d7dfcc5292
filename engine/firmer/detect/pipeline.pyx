"""The loop: source → state → consumers.

Read it top down and you have read what happens to an event. Consumers see the event after the state was brought up to it; what the
event removes (close, exit) leaves the state when the next event begins.
"""

import gc

from cpython.exc cimport PyErr_CheckSignals

from firmer.detect.context cimport Context
from firmer.detect.stretch cimport INSIDE, OVER, Stretch
from firmer.event cimport EVENT_KEYS, EVENT_TYPES, MAX_PARAMS, PPME_GENERIC_X, Event, Fold, event_key
from firmer.events.source cimport STEP_END, STEP_EVENT, STEP_SECTION, Source
from firmer.events.table cimport fold_of
from firmer.state.consumer cimport Consumer
from firmer.state.state cimport State

cdef enum:
    BATCH = 1 << 15   # events between two looks at signals and progress


cdef class Pipeline:
    def __init__(self, Source source, State state, consumers, Context context=None, on_progress=None, Stretch stretch=None) -> None:
        self.source = source
        self.state = state
        self.context = context
        self.stretch = stretch
        self.on_progress = on_progress
        self.event = Event.__new__(Event)
        self.serve(consumers)

    def serve(self, consumers) -> None:
        """These consumers from the next event on, and no others. Between two steps only: at the start, and by `on_progress`."""
        self.consumers = list(consumers)
        self.wanted = wanted_by(self.consumers)
        # sysdig's own rules ask whether an exit follows its enter event
        self.state.keep_enters = enters_for(bytes([1]) * EVENT_KEYS if self.state.sysdig else self.wanted)
        self.early = [consumer for consumer in self.consumers if (<Consumer>consumer).early] or None
        self.state.keep_all_enters = self.context is not None or self.early is not None

    def stop(self) -> None:
        """No further event; for `on_progress`."""
        self.enough = True

    def run(self) -> int:
        """Carry all events of the source through; returns how many. What the source raises (BadCapture) comes after all events before it."""
        gc.freeze()  # what was loaded for this run stays; the collector need not look at it again
        gc.enable()
        while self.step():
            PyErr_CheckSignals()
            if self.on_progress is not None:
                self.on_progress()
            if self.enough:
                break
        if self.context is not None:
            self.context.finish()
        return self.events

    cdef bint step(self) except -1:
        """Up to BATCH events, fewer when nothing comes; False at the end of the source."""
        cdef Source source = self.source
        cdef State state = self.state
        cdef Context context = self.context
        cdef Event event = self.event
        cdef Consumer consumer
        cdef const unsigned char *wanted = self.wanted
        cdef int count, found, key, place = INSIDE
        for count in range(BATCH):
            found = source.next(event)
            if found != STEP_EVENT:
                if found == STEP_SECTION:
                    self.begin_section()
                    continue
                return found != STEP_END and self.idle()
            if context is not None:
                context.keep(event, state)
            if self.stretch is not None:
                place = self.stretch.place(event, event.num - state.unnumbered)
                if place == OVER:
                    return False
            if self.early is not None and place == INSIDE:
                for consumer in self.early:
                    consumer.before(event, state)
            if not state.begin(event):
                continue
            self.events += 1
            state.apply(event)
            key = event_key(event)
            if wanted[key] and place == INSIDE:
                for consumer in self.consumers:
                    if consumer.wanted is None or consumer.wanted[key]:
                        self.enough |= consumer.on_event(event, state)
                if self.enough:
                    return False
        return True

    cdef int begin_section(self) except -1:
        cdef Consumer consumer
        self.state.load(self.source.section)
        if self.context is not None:
            self.context.section()
        for consumer in self.consumers:
            consumer.on_section(self.source.section, self.state)
        return 0

    cdef bint idle(self) except -1:
        """Nothing comes: what ends by time ends without an event. False when a consumer has seen enough."""
        cdef Consumer consumer
        if self.context is not None:
            self.context.idle(self.source.now)
        for consumer in self.consumers:
            self.enough |= consumer.on_idle(self.source.now)
        return not self.enough


def wanted_by(consumers: list) -> bytes:
    """One byte an event key: whether any of the consumers wants it, or names it."""
    cdef Consumer consumer
    cdef int key
    wanted = bytearray(EVENT_KEYS)
    for consumer in consumers:
        for key in range(EVENT_KEYS):
            wanted[key] = max(wanted[key], 1 if consumer.wanted is None else consumer.wanted[key])
    return bytes(wanted)


def enters_for(wanted: bytes) -> bytes:
    """One byte an event type: whether an exit that somebody wants may have to read that enter event's parameters."""
    cdef int kind, count, key
    cdef const Fold *fold
    generic = any(wanted[key] for key in range(EVENT_TYPES, EVENT_KEYS))
    needed = bytearray(EVENT_TYPES)
    for kind in range(EVENT_TYPES):
        for count in range(MAX_PARAMS + 1):
            fold = fold_of(kind, count)
            if fold.enter >= 0 and (wanted[fold.type] or (generic and fold.type <= PPME_GENERIC_X)):
                needed[fold.enter] = 1
    return bytes(needed)
