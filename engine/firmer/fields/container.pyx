"""container.*: the container that the process runs in.

Its id comes from the process's control groups and is always there; the rest comes from the record that the container's engine gave,
if the source has one.
"""

from libc.stdint cimport int64_t

from firmer.event cimport Event
from firmer.fields.container_record cimport give_or_missing, in_container, ip_text, labels_text, record_now
from firmer.fields.registry cimport declare
from firmer.fields.registry import key
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State

cdef dict TYPE_WORDS = {
    0: b"docker", 1: b"lxc", 2: b"libvirt-lxc", 3: b"mesos", 4: b"rkt", 6: b"cri", 7: b"containerd", 8: b"cri-o", 9: b"bpm",
    11: b"podman", 0xFFFE: b"host",
}
cdef frozenset TELL_PRIVILEGES = frozenset((0, 6, 7, 8, 0xFFFE))


cdef int get_id(Slot slot, Event event, State state) except -1:
    cdef object record
    if state.thread is not None:
        return give_text(slot, state.thread.container_id if state.thread.container_id else b"host")
    record = record_now(event, state)
    return 0 if record is None else give_text(slot, record.id)


cdef int get_text(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, getattr(record, slot.of))


cdef int get_text_or_missing(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_or_missing(slot, state, getattr(record, slot.of))


cdef int get_flag(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_num(slot, getattr(record, slot.of))


cdef int get_name_sysdig(Slot slot, Event event, State state) except -1:
    if state.thread is not None and not in_container(event, state):
        return give_text(slot, b"host")
    record = record_now(event, state)
    return 0 if record is None else give_or_missing(slot, state, record.name)


cdef int get_type(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, TYPE_WORDS.get(record.type, b""))


cdef int get_type_sysdig(Slot slot, Event event, State state) except -1:
    if state.thread is not None and not in_container(event, state):
        return give_text(slot, b"host")
    record = record_now(event, state)
    return 0 if record is None else give_or_missing(slot, state, b"custom" if record.type == 5 else TYPE_WORDS.get(record.type, b""))


cdef int get_privileged_sysdig(Slot slot, Event event, State state) except -1:
    """Only of the engines that tell it; podman is a host to sysdig."""
    cdef object record = record_now(event, state)
    return 0 if record is None or record.type not in TELL_PRIVILEGES else give_num(slot, record.privileged)


cdef int get_ip(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, ip_text(record.ip))


cdef int get_label(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, record.labels.get(slot.argument))


cdef int get_labels(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state)
    return 0 if record is None else give_text(slot, labels_text(record.labels))


cdef int get_start_ts(Slot slot, Event event, State state) except -1:
    if state.thread is None or not state.thread.pidns_init_start_ts:
        return 0
    return give_num(slot, <int64_t>state.thread.pidns_init_start_ts)


cdef int get_duration(Slot slot, Event event, State state) except -1:
    if state.thread is None or not state.thread.pidns_init_start_ts:
        return 0
    return give_num(slot, <int64_t>(event.ts - state.thread.pidns_init_start_ts))


cdef int get_probe(Slot slot, Event event, State state) except -1:
    """Today nobody tells of a container's probes."""
    return 0


cdef int get_probe_sysdig(Slot slot, Event event, State state) except -1:
    cdef object record = record_now(event, state), probe
    if record is None:
        return 0
    probe = getattr(record, slot.of)
    return give_text(slot, b"NONE" if probe is None or not probe.exe else b" ".join([probe.exe] + probe.args))


def label_length(text: str) -> int:
    """How much of the text is a label's name, which may hold dots, dashes and slashes."""
    length = 0
    while length < len(text) and text[length].isascii() and (text[length].isalnum() or text[length] in "/_-."):
        length += 1
    return length


cdef dict of(str name, str example, bint new=False):
    """A field that is one entry of the record; `new`: sysdig has no such field."""
    return {"of": name, "example": example} | ({"dialects": "falco"} if new else {})


cdef dict new(str example):
    return {"example": example, "dialects": "falco"}


FIELDS = (
    declare("container.id", "CHARBUF", get_id, "First 12 digits of the container's id; host outside of containers.", {"example": "3ad7b26ded6d"}),
    declare(
        "container.full_id", "CHARBUF", get_text, "Whole id of the container.",
        of("full_id", "3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a748", True),
    ),
    declare("container.name", "CHARBUF", get_text, "Name of the container; host outside of containers.", of("name", "web"), get_name_sysdig),
    declare("container.type", "CHARBUF", get_type, "Engine that runs the container; host outside.", {"example": "docker"}, get_type_sysdig),
    declare("container.image", "CHARBUF", get_text_or_missing, "Image as it was asked for.", of("image", "nginx:1.25")),
    declare("container.image.id", "CHARBUF", get_text_or_missing, "Id of the image.", of("imageid", "6f7e2741b66b")),
    declare(
        "container.image.repository", "CHARBUF", get_text_or_missing, "Image without tag and digest.",
        of("imagerepo", "docker.io/library/nginx"),
    ),
    declare("container.image.tag", "CHARBUF", get_text_or_missing, "Tag of the image.", of("imagetag", "1.25")),
    declare("container.image.digest", "CHARBUF", get_text_or_missing, "Digest of the image.", of("imagedigest", "sha256:d977378f890d445c15e5")),
    declare(
        "container.privileged", "BOOL", get_flag, "Whether the container has all rights of the host's root.", of("privileged", "true"),
        get_privileged_sysdig
    ),
    declare("container.host_pid", "BOOL", get_flag, "Whether the container sees the host's processes.", of("host_pid", "true", True)),
    declare("container.host_network", "BOOL", get_flag, "Whether the container uses the host's network.", of("host_network", "true", True)),
    declare("container.host_ipc", "BOOL", get_flag, "Whether the container shares the host's IPC objects.", of("host_ipc", "true", True)),
    declare("container.ip", "CHARBUF", get_ip, "First IPv4 address of the container.", new("172.17.0.2")),
    declare("container.cni.json", "CHARBUF", get_text, "What the network plugin answered for the pod, as JSON.", of("cni_json", "eth0", True)),
    declare(
        "container.label", "CHARBUF", get_label, "One label of the container.",
        {"example": "web", "dialects": "falco", "argument": "required", "parse": key, "parse_dotted": key, "dotted_length": label_length},
    ),
    declare("container.labels", "CHARBUF", get_labels, "All labels as name:value with commas between.", new("app:web, tier:front")),
    declare("container.start_ts", "ABSTIME", get_start_ts, "Start of the container's pid namespace, ns since the epoch.", new("1700000000000000000")),
    declare("container.duration", "RELTIME", get_duration, "Time since container.start_ts, ns.", new("1000000000")),
    declare(
        "container.healthcheck", "CHARBUF", get_probe, "Command of the health check, or NONE.",
        of("healthcheck", "NONE") | {"deprecated": True}, get_probe_sysdig,
    ),
    declare(
        "container.liveness_probe", "CHARBUF", get_probe, "Command of the liveness probe, or NONE.",
        of("liveness_probe", "NONE") | {"deprecated": True}, get_probe_sysdig,
    ),
    declare(
        "container.readiness_probe", "CHARBUF", get_probe, "Command of the readiness probe, or NONE.",
        of("readiness_probe", "NONE") | {"deprecated": True}, get_probe_sysdig,
    ),
)
