"""k8s.*: the pod that the container belongs to.

What the container's record and its labels tell is told; what only the cluster could tell has no value here. sysdig 0.29.3 asked the
cluster for more, also for the pod's labels, of which captures of today hold nothing.
"""

from firmer.event cimport Event
from firmer.fields.container_record cimport ip_text, labels_text, record_now
from firmer.fields.registry cimport declare
from firmer.fields.registry import key
from firmer.fields.slot cimport Slot, give_text
from firmer.state.state cimport State

from firmer.fields.container import label_length

cdef enum:
    SHORT_ID = 12


cdef int get_nothing(Slot slot, Event event, State state) except -1:
    return 0


cdef int give_label(Slot slot, Event event, State state, bytes name) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, record.labels.get(name))


cdef int get_pod_name(Slot slot, Event event, State state) except -1:
    return give_label(slot, event, state, b"io.kubernetes.pod.name")


cdef int get_ns_name(Slot slot, Event event, State state) except -1:
    return give_label(slot, event, state, b"io.kubernetes.pod.namespace")


cdef int get_pod_uid(Slot slot, Event event, State state) except -1:
    return give_label(slot, event, state, b"io.kubernetes.pod.uid")


cdef int get_full_sandbox_id(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, record.pod_sandbox_id)


cdef int get_sandbox_id(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, record.pod_sandbox_id[:SHORT_ID])


cdef object network_record(State state, object record):
    """The record that knows the pod's network: the container's own, else that of the pod's sandbox; None without one."""
    return record if record.cni_json else state.containers.get(record.pod_sandbox_id[:SHORT_ID])


cdef dict pod_labels(State state, object record):
    cdef object sandbox = None if record.cni_json else state.containers.get(record.pod_sandbox_id[:SHORT_ID])
    return (record if sandbox is None else sandbox).pod_sandbox_labels


cdef int get_pod_label(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    cdef bytes value
    if record is None:
        return 0
    value = pod_labels(state, record).get(slot.argument)
    return give_text(slot, record.pod_sandbox_labels.get(slot.argument) if value is None else value)


cdef int get_pod_labels(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, labels_text(pod_labels(state, record)))


cdef int get_pod_ip(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    cdef object network = None if record is None else network_record(state, record)
    return 0 if network is None else give_text(slot, ip_text(network.ip))


cdef int get_pod_cni_json(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    cdef object network = None if record is None else network_record(state, record)
    return 0 if network is None else give_text(slot, network.cni_json)


cdef dict LABEL = {
    "example": "web", "argument": "required", "parse": key, "parse_dotted": key, "dotted_length": label_length,
}


cdef tuple cluster_fields(str thing, str words):
    """Name, id, label and labels of a thing that only the cluster knows."""
    options = {"deprecated": True}
    return (
        declare(f"k8s.{thing}.name", "CHARBUF", get_nothing, f"Name of the {words}; the cluster is not asked.", options | {"example": "web"}),
        declare(f"k8s.{thing}.id", "CHARBUF", get_nothing, f"Id of the {words}; the cluster is not asked.", options | {"example": "3e41dc6b"}),
        declare(f"k8s.{thing}.label", "CHARBUF", get_nothing, f"One label of the {words}; the cluster is not asked.", options | LABEL),
        declare(
            f"k8s.{thing}.labels", "CHARBUF", get_nothing, f"All labels of the {words}; the cluster is not asked.", options | {"example": "app:web"}
        ),
    )


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare("k8s.pod.name", "CHARBUF", get_pod_name, "Name of the pod.", {"example": "web-7d4b9"}),
    declare("k8s.pod.id", "CHARBUF", get_pod_uid, "The same as k8s.pod.uid.", {"example": "3e41dc6b-08a8-44db-bc2a-3724b18ab19a"}),
    declare("k8s.pod.uid", "CHARBUF", get_pod_uid, "Id that the cluster gave to the pod.", new("3e41dc6b-08a8-44db-bc2a-3724b18ab19a")),
    declare("k8s.pod.sandbox_id", "CHARBUF", get_sandbox_id, "First 12 digits of the id of the pod's sandbox.", new("63060edc2d3a")),
    declare("k8s.pod.full_sandbox_id", "CHARBUF", get_full_sandbox_id, "Whole id of the pod's sandbox.", new("63060edc2d3aa803ab559f2393776b15")),
    declare("k8s.pod.label", "CHARBUF", get_pod_label, "One label of the pod.", LABEL, get_nothing),
    declare("k8s.pod.labels", "CHARBUF", get_pod_labels, "All labels of the pod.", {"example": "app:web"}, get_nothing),
    declare("k8s.pod.ip", "CHARBUF", get_pod_ip, "IPv4 address of the pod.", new("10.244.0.7")),
    declare("k8s.pod.cni.json", "CHARBUF", get_pod_cni_json, "What the network plugin answered for the pod, as JSON.", new("eth0")),
    declare("k8s.ns.name", "CHARBUF", get_ns_name, "Name of the namespace.", {"example": "prod"}),
    *cluster_fields("ns", "namespace")[1:],
    *cluster_fields("rc", "replication controller"),
    *cluster_fields("rs", "replica set"),
    *cluster_fields("svc", "service"),
    *cluster_fields("deployment", "deployment"),
)
