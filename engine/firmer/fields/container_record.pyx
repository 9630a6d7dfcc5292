"""The container that an event is about: that of its thread, or the one that it brings the record of."""

from firmer.event cimport Event, span_text
from firmer.events.render cimport Text, put_ip
from firmer.fields.slot cimport Slot, give_text
from firmer.state.state cimport State

from firmer.state.containers import HOST_TYPE, Container, parse_container

cdef extern from "firmer/events/tables.h":
    enum: PPME_CONTAINER_E, PPME_CONTAINER_JSON_E, PPME_CONTAINER_JSON_2_E, PPME_ASYNCEVENT_E

# the host, told as if it were a container: this is how Falco answers on it
cdef object HOST = Container(b"host", HOST_TYPE, b"host", b"host")


cdef object record_now(Event event, State state):
    """The record; None where there is none. Today's host has one, sysdig's has not."""
    if state.thread is None:
        return None if state.sysdig else brought_record(event, state)
    if state.thread.container_id:
        return state.containers.get(state.thread.container_id)
    return None if state.sysdig else HOST


cdef object brought_record(Event event, State state):
    """What a container event tells of its container, which has no thread."""
    cdef object record = None
    if event.today == PPME_CONTAINER_JSON_E or event.today == PPME_CONTAINER_JSON_2_E:
        if event.type == PPME_CONTAINER_E:
            return state.containers.get(span_text(event.raw(0)))
        record = parse_container(span_text(event.raw(0)))
    elif event.today == PPME_ASYNCEVENT_E and span_text(event.param(1)) in (b"container", b"container_removed"):
        record = parse_container(span_text(event.param(2)))
    return record


cdef bint in_container(Event event, State state) noexcept:
    return state.thread is not None and len(state.thread.container_id) > 0


cdef int give_or_missing(Slot slot, State state, bytes text) except -1:
    """A text of the record. Where it is empty sysdig has no value, Falco an empty one."""
    return 0 if state.sysdig and not text else give_text(slot, text)


cdef bytes ip_text(bytes ip):
    cdef Text text
    if not ip:
        return b""
    text = Text()
    put_ip(text, ip, len(ip))
    return text.taken()


cdef bytes labels_text(dict labels):
    """Labels by name; those that the orchestrator puts there for itself are left out."""
    return b", ".join(
        [
            name + b":" + labels[name] if labels[name] else name
            for name in sorted(labels)
            if not name.startswith((b"annotation.", b"io.kubernetes."))
        ]
    )
