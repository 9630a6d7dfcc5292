"""All fields there are, and how a field is found in what somebody wrote.

The one place that names the class files: a new class is a new file and a line in CLASSES.
"""

import re
from functools import cache, lru_cache

from firmer.fields import (
    container,
    container_mount,
    evt,
    evt_args,
    evt_open,
    evt_result,
    evt_time,
    fd,
    fd_name,
    fd_socket,
    fdlist,
    fspath,
    group,
    k8s,
    proc,
    proc_ancestor,
    proc_exe,
    proc_leader,
    proc_time,
    proc_usage,
    retired,
    syslog,
    thread,
    user,
)
from firmer.fields.registry import BadArgument, Field, UnknownField
from firmer.fields.slot import Slot

CLASSES: tuple[tuple[Field, ...], ...] = (
    evt.FIELDS,
    evt_time.FIELDS,
    evt_args.FIELDS,
    evt_result.FIELDS,
    evt_open.FIELDS,
    proc.FIELDS,
    proc_ancestor.FIELDS,
    proc_exe.FIELDS,
    proc_leader.FIELDS,
    proc_time.FIELDS,
    proc_usage.FIELDS,
    thread.FIELDS,
    user.FIELDS,
    group.FIELDS,
    container.FIELDS,
    container_mount.FIELDS,
    k8s.FIELDS,
    fd.FIELDS,
    fd_name.FIELDS,
    fd_socket.FIELDS,
    fdlist.FIELDS,
    fspath.FIELDS,
    syslog.FIELDS,
    retired.FIELDS,
)

FIELDS: dict[str, Field] = {field.name: field for group in CLASSES for field in group}
NAME = re.compile(rf"[a-z0-9_.]{{1,{max(map(len, FIELDS))}}}")  # what may be a field's name


def find(text: str, dialect: str) -> tuple[Field, str | None]:
    """Field and argument of a whole field text (`proc.aname[2]`, `evt.arg.flags`); raises UnknownField, BadArgument."""
    field, argument, length = longest_prefix(text, dialect)
    if length < len(text):
        if text[len(field.name)] == "[" and not field.argument:
            raise BadArgument(text, "takes no argument")
        if argument is None and field.argument and text[len(field.name)] in "[.":
            raise BadArgument(text, "has an argument that is empty or not closed")
        raise UnknownField(text, lambda: _nearest(text, dialect))
    field.parsed(text, argument)
    return field, argument


def longest_prefix(text: str, dialect: str) -> tuple[Field, str | None, int]:
    """The field that the text begins with, its argument and the length of both; the rest of the text is the caller's."""
    word = NAME.match(text)
    field = _beginning(word[0], dialect) if word else None
    if field is not None:
        argument, length = _argument(field, text)
        return field, argument, length
    raise UnknownField(text, lambda: _nearest(text, dialect))


def new_slot(text: str, dialect: str, output: bool = False) -> Slot:
    """A slot for a whole field text."""
    field, argument = find(text, dialect)
    return field.slot(text, argument, dialect, output)


def _argument(field: Field, text: str) -> tuple[str | None, int]:
    """Argument that follows the field's name, and the length of all of it; None when there is none."""
    start = len(field.name)
    if not field.argument or start == len(text):
        return None, start
    if text[start] == "[" and field.parse is not None:
        end = text.find("]", start)
        # Falco takes `%proc.aname[2` at the end of an output; a condition is refused by its grammar before it comes here
        argument = text[start + 1 :] if end < 0 else text[start + 1 : end]
        if not argument:
            return None, start
        return _unquoted(argument), len(text) if end < 0 else end + 1
    if text[start] == "." and field.parse_dotted is not None:
        length = field.dotted_length(text[start + 1 :])
        if length:
            return text[start + 1 : start + 1 + length], start + 1 + length
    return None, start


def _unquoted(argument: str) -> str:
    if len(argument) >= 2 and argument[0] in "\"'" and argument[-1] == argument[0]:
        return argument[1:-1]
    return argument


@lru_cache(maxsize=4096)  # rules name some fields hundreds of times
def _beginning(word: str, dialect: str) -> Field | None:
    """The field with the longest name that the word begins with."""
    for size in _name_sizes(dialect):
        field = FIELDS.get(word[:size]) if size <= len(word) else None
        if field is not None and dialect in field.dialects:
            return field
    return None


@cache
def _name_sizes(dialect: str) -> tuple[int, ...]:
    return tuple(sorted({len(field.name) for field in FIELDS.values() if dialect in field.dialects}, reverse=True))


def _nearest(text: str, dialect: str) -> list[str]:
    from difflib import get_close_matches

    names = [field.name for field in FIELDS.values() if dialect in field.dialects and not field.hidden]
    return get_close_matches(text.partition("[")[0], names, 3, 0.6)
