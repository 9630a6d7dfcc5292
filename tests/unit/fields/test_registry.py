"""What a declaration says, and how arguments are parsed."""

import pytest

from firmer.fields.catalog import FIELDS
from firmer.fields.registry import DIALECTS, BadArgument, UnknownField, index, index_or_key, key

PARSED = [
    (index, "0", 0),
    (index, "12", 12),
    (key, "HOME", b"HOME"),
    (key, "/proc*", b"/proc*"),
    (index_or_key, "3", 3),
    (index_or_key, "3x", b"3x"),
]


@pytest.mark.parametrize(("parse", "text", "value"), PARSED)
def test_arguments(parse, text, value):
    assert parse(text) == value


@pytest.mark.parametrize(("parse", "text"), [(index, ""), (index, "-1"), (index, "x"), (index, "1234567890"), (index, "²"), (key, "")])
def test_bad_arguments(parse, text):
    with pytest.raises(ValueError, match="needs a"):
        parse(text)


# Each declaration, whatever file it stands in.

EVERY = pytest.mark.parametrize("field", FIELDS.values(), ids=lambda field: field.name)
NUMBERS = ("INT", "UINT", "RELTIME", "ABSTIME", "DYNAMIC", "DOUBLE")


@EVERY
def test_help_is_a_sentence(field):
    first = field.help.split()[0]
    assert field.help.endswith(".") and (first in FIELDS or first[0].isupper() or not first[0].isalpha()), field.help
    assert len(field.help) < 200 and "\n" not in field.help


@EVERY
def test_example_is_a_value_of_its_type(field):
    if field.type == "PORT":
        assert field.example.isalnum()  # services have names
    elif field.type.startswith(NUMBERS):
        assert int(field.example) is not None
    elif field.type == "BOOL":
        assert field.example in ("true", "false")
    elif field.type == "IPADDR":
        assert "." in field.example or ":" in field.example
    elif field.type == "IPNET":
        assert field.example.partition("/")[2].isdigit()
    else:
        assert field.type in ("CHARBUF", "BYTEBUF") and field.example


@EVERY
def test_has_a_dialect_and_a_way_to_its_argument(field):
    assert field.dialects and field.dialects <= set(DIALECTS)
    assert field.argument in ("", "optional", "required")
    assert bool(field.argument) == (field.parse is not None or field.parse_dotted is not None)


def test_a_slot_of_the_wrong_dialect():
    with pytest.raises(UnknownField):
        FIELDS["fs.path.name"].slot("fs.path.name", None, "sysdig")


def test_a_slot_without_the_argument_it_needs():
    with pytest.raises(BadArgument, match="needs an argument"):
        FIELDS["evt.arg"].slot("evt.arg", None, "falco")
