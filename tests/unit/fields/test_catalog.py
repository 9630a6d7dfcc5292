"""Finding fields in what somebody wrote."""

import json

import pytest

from firmer.fields.catalog import CLASSES, FIELDS, find, longest_prefix, new_slot
from firmer.fields.registry import BadArgument, UnknownField

FOUND = [
    ("proc.name", "proc.name", None),
    ("proc.aname", "proc.aname", None),
    ("proc.aname[2]", "proc.aname", "2"),
    ("evt.arg.flags", "evt.arg", "flags"),
    ("evt.arg[0]", "evt.arg", "0"),
    ("evt.args", "evt.args", None),
    ("evt.rawarg.size", "evt.rawarg", "size"),
    ("evt.type.is.open", "evt.type.is", "open"),
    ("evt.abspath.src", "evt.abspath", "src"),
    ("container.mount.dest[/proc*]", "container.mount.dest", "/proc*"),
    ("proc.env[HOME]", "proc.env", "HOME"),
    ('proc.env["HOME"]', "proc.env", "HOME"),
    ("fd.types[1]", "fd.types", "1"),
    ("evt.around[1534527348514632619]", "evt.around", "1534527348514632619"),
]


@pytest.mark.parametrize(("text", "name", "argument"), FOUND)
def test_find(text, name, argument):
    field, found = find(text, "falco")
    assert (field.name, found) == (name, argument)
    assert new_slot(text, "falco").field is field


REFUSED = [
    ("proc.nmae", UnknownField, "no field"),
    ("proc", UnknownField, "no field"),
    ("proc.namex", UnknownField, "no field"),
    ("evt.argx", UnknownField, "no field"),
    ("", UnknownField, "no field"),
    ("evt.num[1]", BadArgument, "takes no argument"),
    ("evt.arg", BadArgument, "needs an argument"),
    ("evt.arg[x]", BadArgument, "needs a number"),
    ("evt.arg.nothing", BadArgument, "no event has an argument nothing"),
    ("evt.rawarg[0]", BadArgument, "takes no argument|argument"),
    ("evt.abspath.mid", BadArgument, "knows only"),
    ("evt.type.is.nothing", BadArgument, "no such event"),
    ("proc.aname[]", BadArgument, "empty or not closed"),
    ("evt.around[x]", BadArgument, "nanoseconds"),
]


@pytest.mark.parametrize(("text", "error", "reason"), REFUSED)
def test_refused(text, error, reason):
    with pytest.raises(error, match=reason):
        find(text, "falco")


def test_near_names_are_looked_for_only_when_somebody_asks(monkeypatch):
    monkeypatch.setattr("firmer.fields.catalog._nearest", lambda text, dialect: pytest.fail("nobody asked"))
    with pytest.raises(UnknownField):
        find("proc.nmae", "falco")


def test_unknown_names_come_with_near_ones():
    with pytest.raises(UnknownField) as caught:
        find("proc.nmae", "falco")
    assert "proc.name" in caught.value.nearest


@pytest.mark.parametrize(("text", "dialect"), [("fs.path.name", "sysdig"), ("syslog.message", "falco")])
def test_a_dialect_knows_only_its_own(text, dialect):
    with pytest.raises(UnknownField):
        find(text, dialect)


PREFIXES = [
    ("proc.namexyz", "proc.name", None, 9),
    ("proc.name.x", "proc.name", None, 9),
    ("proc.aname[2])", "proc.aname", "2", 13),
    ("proc.aname[2", "proc.aname", "2", 12),
    ("evt.arg.flagsfoo", "evt.arg", "flags", 13),
    ("evt.time.s", "evt.time.s", None, 10),
    ("evt.time.x", "evt.time", None, 8),
    ("evt.num[1]", "evt.num", None, 7),
]


@pytest.mark.parametrize(("text", "name", "argument", "length"), PREFIXES)
def test_longest_prefix(text, name, argument, length):
    field, found, size = longest_prefix(text, "falco")
    assert (field.name, found, size) == (name, argument, length)


def test_no_name_twice():
    assert sum(len(group) for group in CLASSES) == len(FIELDS)


# Falco's own list, where it lies beside the project.


def test_all_that_falco_lists_is_there_and_alike(shared):
    wrong = []
    for name, facts in json.loads((shared / "spec" / "falco_fields.json").read_text()).items():
        field = FIELDS.get(name)
        if field is None or "falco" not in field.dialects:
            wrong.append(f"{name}: missing")
        elif (field.type, field.is_list, bool(field.argument)) != (facts["type"], facts.get("list", False), "argument" in facts):
            wrong.append(f"{name}: {field.type} list={field.is_list} argument={field.argument!r}, should be {facts}")
    assert not wrong
