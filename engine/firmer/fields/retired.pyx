"""mesos.*, marathon.*, span.*, evtin.*, evt.infra.*: what sysdig had from systems that are no more. They are known, that no filter breaks,
and never have a value.

Mesos and Marathon were asked over the network; tracers (spans) came through a device of the kernel module; infra events from an agent.
"""

from firmer.event cimport Event
from firmer.fields.registry cimport declare
from firmer.fields.registry import key
from firmer.fields.slot cimport Slot
from firmer.state.state cimport State

from firmer.fields.container import label_length


cdef int get_nothing(Slot slot, Event event, State state) except -1:
    return 0


cdef dict ARGUMENT = {"argument": "optional", "parse": key, "parse_dotted": key, "dotted_length": label_length}

# name, type, what it was; a name that ends in "*" takes an argument, one that begins with "-" was for tables only
cdef tuple RETIRED = (
    ("mesos.task.name", "CHARBUF", "Name of the Mesos task"),
    ("mesos.task.id", "CHARBUF", "Id of the Mesos task"),
    ("mesos.task.label*", "CHARBUF", "One label of the Mesos task"),
    ("mesos.task.labels", "CHARBUF", "All labels of the Mesos task"),
    ("mesos.framework.name", "CHARBUF", "Name of the Mesos framework"),
    ("mesos.framework.id", "CHARBUF", "Id of the Mesos framework"),
    ("marathon.app.name", "CHARBUF", "Name of the Marathon app"),
    ("marathon.app.id", "CHARBUF", "Id of the Marathon app"),
    ("marathon.app.label*", "CHARBUF", "One label of the Marathon app"),
    ("marathon.app.labels", "CHARBUF", "All labels of the Marathon app"),
    ("marathon.group.name", "CHARBUF", "Name of the Marathon group"),
    ("marathon.group.id", "CHARBUF", "Id of the Marathon group"),
    ("span.id", "INT64", "Id of the tracer's span"),
    ("span.time", "CHARBUF", "Time when the span began"),
    ("span.ntags", "UINT32", "Number of tags of the span"),
    ("span.nargs", "UINT32", "Number of arguments of the span"),
    ("span.tags", "CHARBUF", "All tags of the span"),
    ("span.tag*", "CHARBUF", "One tag of the span"),
    ("span.args", "CHARBUF", "All arguments of the span"),
    ("span.arg*", "CHARBUF", "One argument of the span"),
    ("span.enterargs", "CHARBUF", "All arguments that the span began with"),
    ("span.enterarg*", "CHARBUF", "One argument that the span began with"),
    ("span.duration", "RELTIME", "How long the span took, in nanoseconds"),
    ("span.duration.human", "CHARBUF", "How long the span took, with a unit"),
    ("-span.duration.quantized", "UINT64", "How long the span took, as a step of a logarithm"),
    ("-span.duration.fortag*", "RELTIME", "How long the spans with a tag took"),
    ("-span.count", "UINT64", "1 for the end of a span"),
    ("-span.count.fortag*", "UINT64", "1 for the end of a span with so many tags"),
    ("-span.childcount.fortag*", "UINT64", "1 for the end of a span below one with so many tags"),
    ("-span.idtag*", "CHARBUF", "Id of the span and one tag"),
    ("-span.rawtime", "CHARBUF", "Time of the span's end"),
    ("-span.rawparenttime", "CHARBUF", "Time of the end of the span above"),
    ("-evt.infra.docker.name", "CHARBUF", "Name of an event of docker"),
    ("-evt.infra.docker.container.id", "CHARBUF", "Id of the container of an event of docker"),
    ("-evt.infra.docker.container.name", "CHARBUF", "Name of the container of an event of docker"),
    ("-evt.infra.docker.container.image", "CHARBUF", "Image of the container of an event of docker"),
)
cdef tuple WITHIN = (
    ("evtin.span.", "the thread was in such a span"), ("evtin.span.p.", "the process was in such a span"),
    ("evtin.span.m.", "the machine was in such a span"), ("evtin.span.s.", "a script was in such a span"),
)
cdef tuple OF_SPAN = (
    ("id", "INT64"), ("ntags", "UINT32"), ("nargs", "UINT32"), ("tags", "CHARBUF"), ("tag*", "CHARBUF"), ("args", "CHARBUF"), ("arg*", "CHARBUF"),
)


cdef object retired(str name, str type, str words):
    options = {"deprecated": True, "retired": True, "hidden": name[0] == "-", "dialects": "sysdig"}
    if name.endswith("*"):
        options |= ARGUMENT
    if name.startswith("-evt."):
        del options["dialects"]          # Falco has kept the names
    return declare(name.strip("-*"), type, get_nothing, f"{words}; retired, never has a value.", options)


FIELDS = tuple(retired(name, type, words) for name, type, words in RETIRED) + tuple(
    retired(within + name, type, f"Accepted events while {words}") for within, words in WITHIN for name, type in OF_SPAN
)
