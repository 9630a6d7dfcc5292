"""proc.*: what a process is called, who it is, and who its parent is."""

from libc.stdint cimport int64_t

from firmer.event cimport Event
from firmer.fields.lineage cimport parent_process
from firmer.fields.proc_text cimport args_text, cmdline_text, joined, part, part_bytes, part_count, variable
from firmer.fields.registry cimport declare
from firmer.fields.registry import index, index_or_key
from firmer.fields.slot cimport Slot, give_num, give_text
from firmer.state.state cimport State
from firmer.state.thread cimport Thread

cdef enum:
    LAST_ID = 0xFFFFFFFF      # ids beyond are no ids: some sources put something else into their place


cdef inline bint is_id(int64_t number) noexcept:
    return -1 <= number <= LAST_ID


cdef int get_name(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, state.thread.comm)


cdef int get_exe(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, state.thread.exe)


cdef int get_exepath(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, state.thread.exepath)


cdef int get_args(Slot slot, Event event, State state) except -1:
    cdef bytes one
    if state.thread is None:
        return 0
    if slot.argument is None:
        return give_text(slot, args_text(state.thread))
    one = part(state.thread.args, slot.argument)
    return give_text(slot, b"" if one is None else one)


cdef int get_cmdline(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, cmdline_text(state.thread, state.sysdig))


cdef int get_exeline(Slot slot, Event event, State state) except -1:
    if state.thread is None:
        return 0
    return give_text(slot, state.thread.exe + b" " + args_text(state.thread))


cdef int get_cmdnargs(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, part_count(state.thread.args))


cdef int get_cmdlenargs(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, part_bytes(state.thread.args))


cdef int get_env(Slot slot, Event event, State state) except -1:
    cdef Thread main
    cdef bytes env
    if state.thread is None:
        return 0
    main = state.main_of(state.thread)
    env = state.thread.env if main is None else main.env
    # a number in the brackets asks for nothing in particular: Falco answers with everything
    if isinstance(slot.argument, bytes):
        return give_text(slot, variable(env, slot.argument))
    # sysdig ends the list where nothing but NULs follows
    return give_text(slot, joined(env.rstrip(b"\0") if state.sysdig else env))


cdef int get_cwd(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_text(slot, state.cwd_of(state.thread))


cdef int get_pid(Slot slot, Event event, State state) except -1:
    if state.thread is None or not is_id(state.thread.pid):
        return 0
    return give_num(slot, state.thread.pid)


cdef int get_pid_sysdig(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.pid)


cdef int get_vpid(Slot slot, Event event, State state) except -1:
    if state.thread is None or state.thread.vpid == -1:
        return 0
    return give_num(slot, state.thread.vpid)


cdef int get_sid(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.sid)


cdef int get_vpgid(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.vpgid)


cdef int get_pgid(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.pgid)


cdef int get_tty(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, state.thread.tty)


cdef inline Thread parent_now(State state):
    return None if state.thread is None else parent_process(state, state.thread)


cdef int get_ppid(Slot slot, Event event, State state) except -1:
    cdef Thread parent = parent_now(state)
    return 0 if parent is None or not is_id(parent.pid) else give_num(slot, parent.pid)


cdef int get_ppid_sysdig(Slot slot, Event event, State state) except -1:
    cdef Thread main = None if state.thread is None else state.main_of(state.thread)
    return 0 if main is None else give_num(slot, main.ptid)


cdef int get_pvpid(Slot slot, Event event, State state) except -1:
    cdef Thread parent = parent_now(state)
    return 0 if parent is None else give_num(slot, parent.vpid)


cdef int get_pname(Slot slot, Event event, State state) except -1:
    cdef Thread parent = parent_now(state)
    return 0 if parent is None else give_text(slot, parent.comm)


cdef int get_pexe(Slot slot, Event event, State state) except -1:
    cdef Thread parent = parent_now(state)
    return 0 if parent is None else give_text(slot, parent.exe)


cdef int get_pexepath(Slot slot, Event event, State state) except -1:
    cdef Thread parent = parent_now(state)
    return 0 if parent is None else give_text(slot, parent.exepath)


cdef int get_pcmdline(Slot slot, Event event, State state) except -1:
    cdef Thread parent = parent_now(state)
    return 0 if parent is None else give_text(slot, cmdline_text(parent, state.sysdig))


cdef int get_path_races(Slot slot, Event event, State state) except -1:
    return 0 if state.thread is None else give_num(slot, <int64_t>state.races)


FIELDS = (
    declare("proc.name", "CHARBUF", get_name, "Name of the program as the kernel keeps it, at most 15 characters.", {"example": "bash"}),
    declare("proc.exe", "CHARBUF", get_exe, "First word of the command line, which the caller chooses.", {"example": "/bin/bash"}),
    declare("proc.exepath", "CHARBUF", get_exepath, "Path of the executable file.", {"example": "/usr/bin/bash"}),
    declare(
        "proc.args", "CHARBUF", get_args, "Arguments with blanks between, or one of them by its number from 0; empty where there is none.",
        {"example": "-c id", "argument": "optional", "parse": index},
    ),
    declare("proc.cmdline", "CHARBUF", get_cmdline, "Name of the program and its arguments.", {"example": "bash -c id"}),
    declare("proc.exeline", "CHARBUF", get_exeline, "First word of the command line and the arguments.", {"example": "/bin/bash -c id"}),
    declare("proc.cmdnargs", "UINT64", get_cmdnargs, "Number of arguments.", {"example": "2", "dialects": "falco"}),
    declare(
        "proc.cmdlenargs", "UINT64", get_cmdlenargs, "Bytes of all arguments together, without blanks.",
        {"example": "128", "dialects": "falco"},
    ),
    declare(
        "proc.env", "CHARBUF", get_env, "Environment as NAME=value with blanks between, or the value of one variable, empty where it is unset.",
        {"example": "LD_PRELOAD", "argument": "optional", "parse": index_or_key},
    ),
    declare("proc.cwd", "CHARBUF", get_cwd, "Working directory, with a slash at its end.", {"example": "/root/"}),
    declare(
        "proc.path_races", "UINT64", get_path_races,
        "How often within seconds a path that the process opened led to another file than the time before, at the event that shows it once more; else 0.",
        {"example": "5", "dialects": "falco"},
    ),
    declare("proc.pid", "INT64", get_pid, "Process id.", {"example": "1234"}, get_pid_sysdig),
    declare("proc.vpid", "INT64", get_vpid, "Process id as the process itself sees it.", {"example": "1"}),
    declare("proc.sid", "INT64", get_sid, "Id of the session.", {"example": "1234"}),
    declare("proc.vpgid", "INT64", get_vpgid, "Id of the process group as the process itself sees it.", {"example": "1234"}),
    declare("proc.pgid", "INT64", get_pgid, "Id of the process group on the host.", {"example": "1234", "dialects": "falco"}),
    declare(
        "proc.tty", "UINT32", get_tty, "Number of the controlling terminal, 0 without one.", {"example": "34816", "sysdig_type": "INT32"}
    ),
    declare("proc.ppid", "INT64", get_ppid, "Id of the parent process.", {"example": "1"}, get_ppid_sysdig),
    declare("proc.pvpid", "INT64", get_pvpid, "Id of the parent process as that process sees it.", {"example": "1", "dialects": "falco"}),
    declare("proc.pname", "CHARBUF", get_pname, "Name of the parent's program.", {"example": "sshd"}),
    declare("proc.pexe", "CHARBUF", get_pexe, "First word of the parent's command line.", {"example": "/bin/sh", "dialects": "falco"}),
    declare("proc.pexepath", "CHARBUF", get_pexepath, "Path of the parent's executable.", {"example": "/usr/sbin/sshd", "dialects": "falco"}),
    declare("proc.pcmdline", "CHARBUF", get_pcmdline, "Name and arguments of the parent.", {"example": "sshd -D"}),
)
