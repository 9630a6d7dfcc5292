"""proc.aname and its like: fields of the process's ancestors.

With a number they speak of one ancestor (0 is the process itself). Without one a condition holds when it holds for any ancestor, the
process not among them; an output prints them all, the parent first.
"""

from firmer.event cimport Event
from firmer.fields.lineage cimport ancestor, ancestors
from firmer.fields.proc_text cimport args_text, cmdline_text, joined, variable
from firmer.fields.registry cimport declare
from firmer.fields.slot cimport ANY, Slot, give_list, give_num, give_text
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef enum:
    ENV_GENERATIONS = 20      # how far up proc.aenv[NAME] looks, as in Falco

ctypedef bytes (*Text)(Thread thread)


def generation(text: str) -> int | None:
    """Number of an ancestor. Falco takes -1 for no number at all and other negative ones for the process itself."""
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        raise ValueError("needs a number in the brackets")
    number = int(text)
    return None if number == -1 else max(number, 0)


def generation_or_name(text: str) -> int | bytes | None:
    """Number of an ancestor, or the name of a variable."""
    return int(text[:9]) if text.isascii() and text.isdigit() else text.encode("utf-8", "surrogateescape")


cdef bytes comm_of(Thread thread):
    return thread.comm


cdef bytes exe_of(Thread thread):
    return thread.exe


cdef bytes exepath_of(Thread thread):
    return thread.exepath


cdef bytes env_of(Thread thread):
    return joined(thread.env)


cdef int give(Slot slot, State state, Text text) except -1:
    cdef Thread up
    cdef list values
    if state.thread is None:
        return 0
    if slot.argument is not None:
        up = ancestor(state, state.thread, slot.argument)
        return 0 if up is None else give_text(slot, text(up))
    if slot.output and state.sysdig:
        # sysdig knows the form without a number only in filters; its outputs print the process itself
        up = state.main_of(state.thread)
        return 0 if up is None else give_text(slot, text(up))
    values = [text(up) for up in ancestors(state, state.thread)]
    if not values:
        return 0
    return give_text(slot, b" ".join(values)) if slot.output else give_list(slot, values)


cdef int get_aname(Slot slot, Event event, State state) except -1:
    return give(slot, state, comm_of)


cdef int get_aexe(Slot slot, Event event, State state) except -1:
    return give(slot, state, exe_of)


cdef int get_aexepath(Slot slot, Event event, State state) except -1:
    return give(slot, state, exepath_of)


cdef bytes cmdline_of(Thread thread):
    return cmdline_text(thread, False)


cdef int get_aargs(Slot slot, Event event, State state) except -1:
    return give(slot, state, args_text)


cdef int get_acmdline(Slot slot, Event event, State state) except -1:
    return give(slot, state, cmdline_of)


cdef int get_apid(Slot slot, Event event, State state) except -1:
    cdef Thread up
    if state.thread is None:
        return 0
    if slot.argument is None and not slot.output:
        slot.obj = [up.pid for up in ancestors(state, state.thread)]
        return len(slot.obj) > 0
    up = ancestor(state, state.thread, 0 if slot.argument is None else slot.argument)
    return 0 if up is None or up.pid < -1 else give_num(slot, up.pid)


cdef int get_aenv(Slot slot, Event event, State state) except -1:
    cdef Thread up
    cdef bytes value
    cdef int generations
    if state.thread is None:
        return 0
    if isinstance(slot.argument, bytes):
        for generations in range(1, ENV_GENERATIONS + 1):
            up = ancestor(state, state.thread, generations)
            if up is None:
                break
            value = variable(up.env, slot.argument)
            if value:
                return give_text(slot, value)
        return give_text(slot, b"")
    if slot.argument is None and slot.output:
        up = state.main_of(state.thread)
        return give_text(slot, b"" if up is None else joined(up.env))
    return give(slot, state, env_of)


cdef dict about(str example):
    return {
        "example": example, "argument": "optional", "parse": generation, "many": ANY, "dialects": "falco",
        "no_transformer": True, "no_right_hand_side": True,
    }


FIELDS = (
    declare(
        "proc.aname", "CHARBUF", get_aname, "Name of an ancestor by its number, or of any ancestor.",
        about("sshd") | {"dialects": ("falco", "sysdig")},
    ),
    declare(
        "proc.apid", "INT64", get_apid, "Process id of an ancestor by its number, or of any ancestor.",
        about("1") | {"dialects": ("falco", "sysdig")},
    ),
    declare("proc.aexe", "CHARBUF", get_aexe, "First word of an ancestor's command line, by its number or of any ancestor.", about("/bin/sh")),
    declare(
        "proc.aexepath", "CHARBUF", get_aexepath, "Path of an ancestor's executable, by its number or of any ancestor.",
        about("/usr/sbin/sshd"),
    ),
    declare(
        "proc.aargs", "CHARBUF", get_aargs, "Arguments of an ancestor, by its number or of any ancestor.",
        about("-D") | {"no_transformer": False, "no_right_hand_side": False},
    ),
    declare("proc.acmdline", "CHARBUF", get_acmdline, "Name and arguments of an ancestor, by its number or of any.", about("sshd -D")),
    declare(
        "proc.aenv", "CHARBUF", get_aenv,
        "Environment of an ancestor by its number or of any, or the value that the nearest ancestor has for a variable.",
        about("SSH_CLIENT") | {"parse": generation_or_name},
    ),
)
