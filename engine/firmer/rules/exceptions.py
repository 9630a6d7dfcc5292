"""Exceptions of rules: how they are read, what must fit together, and the condition that they become.

An exception of one field holds a row of values; one of several fields holds rows of tuples. Any exception that holds keeps the rule silent.
The condition is made as text and then parsed, so that values mean what they mean in a condition: names of lists, brackets and quotes included.
"""

from __future__ import annotations

from collections.abc import Callable

from firmer.errors import Problem
from firmer.filter import operators
from firmer.rules.model import Entry, RuleException
from firmer.rules.places import Mark
from firmer.rules.problems import found, refusal
from firmer.rules.values import Item
from firmer.rules.yaml_source import Mapping, Node, Scalar, Sequence

KEYS = ("name", "fields", "comps", "values")
MODIFIERS = frozenset({"oneof", "anyof", "allof"})
MODIFIABLE = frozenset("= == != contains icontains bcontains startswith bstartswith endswith glob iglob regex".split())
LIST_OPERATORS = frozenset({"in", "intersects", "pmatch"})

IsField = Callable[[str], bool]


def read_exceptions(item: Item, append: bool, warnings: list[Problem]) -> list[RuleException]:
    """The exceptions of a rule's item; fields may be missing where they are appended."""
    node = item.get("exceptions")
    if node is None or (isinstance(node, Scalar) and node.is_null):
        return []
    if not isinstance(node, Sequence):
        raise refusal("R013", node.mark, "'exceptions' must be a list")
    exceptions: list[RuleException] = []
    for child in node.items:
        if not isinstance(child, Mapping):
            raise refusal("R011", child.mark, "an exception must be a mapping")
        exception = read_exception(Item(child, "exception"), append, warnings)
        if any(other.name == exception.name for other in exceptions):
            warnings.append(found("R056", exception.mark, f"a second exception '{exception.name}' in the same rule"))
        exceptions.append(exception)
    return exceptions


def read_exception(item: Item, append: bool, warnings: list[Problem]) -> RuleException:
    name = item.text("name")
    fields = None if append and "fields" not in item else entry(item.need("fields"))
    comps = entry(item.need("comps")) if "comps" in item else None
    values: list[Entry] = []
    if "values" in item:
        node = item.need("values")
        if not isinstance(node, Sequence):
            raise refusal("R013", node.mark, "'values' must be a list")
        values = [entry(child) for child in node.items]
    elif append:
        warnings.append(found("R057", item.mark, f"exception '{name}' is appended without values"))
    warnings += item.odd_keys(KEYS)
    return RuleException(name, fields, comps, values, item.mark)


def entry(node: Node) -> Entry:
    if isinstance(node, Sequence):
        return [entry(child) for child in node.items]
    if not isinstance(node, Scalar) or not node.text:
        raise refusal("R013", node.mark, "a text or a list of texts was expected here")
    return node.text


def complete(exception: RuleException, is_field: IsField | None) -> None:
    """Check that fields and operators fit together; operators that were left out are filled in. `is_field` None: fields are not looked at."""
    if exception.fields is None:
        raise refusal("R018", exception.mark, f"exception '{exception.name}' has no fields", "add fields: […]")
    if isinstance(exception.fields, list):
        if exception.comps is None:
            exception.comps = ["=" for _ in exception.fields]
        if not isinstance(exception.comps, list) or len(exception.comps) != len(exception.fields):
            raise refusal("R018", exception.mark, f"exception '{exception.name}' needs as many operators in 'comps' as it has fields")
        exception.comps = [comparison(exception.mark, comp) for comp in exception.comps]
        fields = exception.fields
    else:
        comps = "in" if exception.comps is None else exception.comps
        if isinstance(comps, list):
            raise refusal("R018", exception.mark, "'fields' is one text, so 'comps' must be one, too")
        exception.comps = comps.strip(" \t\r\n")
        if exception.comps not in LIST_OPERATORS and not is_modified(exception.comps):
            hint = f"{', '.join(sorted(LIST_OPERATORS))}, or one like 'startswith anyof'; or make 'fields' and 'comps' lists"
            raise refusal("R018", exception.mark, f"'{exception.comps[:40]}' does not take the row of values of a single field", hint)
        fields = [exception.fields]
    for name in fields:
        if not isinstance(name, str) or (is_field is not None and not is_field(name)):
            raise refusal("R018", exception.mark, f"exception '{exception.name}' names the unknown field '{str(name)[:60]}'")


def comparison(mark: Mark, comp: Entry) -> Entry:
    word = comp.strip(" \t\r\n") if isinstance(comp, str) else ""
    if word != "==" and word not in operators.BY_NAME and not is_modified(word):
        raise refusal("R018", mark, f"'{str(comp)[:40]}' is no operator")
    return word


def is_modified(comp: str) -> bool:
    """Whether it is a text operator with a modifier: `startswith anyof`."""
    words = comp.split()
    return len(words) == 2 and words[0] in MODIFIABLE and words[1] in MODIFIERS


def quoted(text: str) -> str:
    return f'"{text}"' if " " in text and text[0] not in "\"'" else text


def condition(exception: RuleException) -> str:
    """The condition that holds for what is excepted; empty where there are no values."""
    if not exception.values:
        return ""
    if not isinstance(exception.fields, list):
        values = [value for value in exception.values if isinstance(value, str)]
        if len(values) < len(exception.values):
            raise refusal(
                "R018", exception.mark, f"exception '{exception.name}' is of a single field, so each of its values must be one text"
            )
        row = ", ".join(quoted(value) for value in values)
        return f"({exception.fields} {operator_text(exception.comps)} ({row}))"
    comps: list[Entry] = exception.comps if isinstance(exception.comps, list) else ["" for _ in exception.fields]
    return "(" + " or ".join(tuple_condition(exception, exception.fields, comps, value) for value in exception.values) + ")"


def operator_text(comps: Entry | None) -> str:
    return comps if isinstance(comps, str) else ""


def tuple_condition(exception: RuleException, fields: list[Entry], comps: list[Entry], value: Entry) -> str:
    # a single text where a tuple belongs counts as an empty tuple, as in Falco
    if not isinstance(value, list) or len(value) != len(fields):
        count = len(value) if isinstance(value, list) else 1
        hint = "each of its values is a list: [a, b]" if not isinstance(value, list) else 'quote brackets: "(a, b)"'
        raise refusal(
            "R018", exception.mark, f"exception '{exception.name}' has {len(fields)} fields, but one of its values has {count}", hint
        )
    checks = []
    for field, comp, part in zip(fields, comps, value, strict=True):
        if isinstance(part, list):
            text = "(" + ", ".join(quoted(str(word)) for word in part) + ")"
        elif comp in LIST_OPERATORS or is_modified(str(comp)):
            text = part if part.startswith("(") else f"({part})"
        else:
            text = quoted(part)
        checks.append(f"{field} {comp} {text}")
    return "(" + " and ".join(checks) + ")"
