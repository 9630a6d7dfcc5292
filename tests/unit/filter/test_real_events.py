"""Random conditions over all real fields and the events of a whole story: the native program and the reference agree."""

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scap import reader
from story import attack
from unit.filter.world import by_reference

from firmer.events.section import Section
from firmer.fields import catalog
from firmer.filter import operators
from firmer.filter.ast import And, Not, Or
from firmer.filter.check import Checker
from firmer.filter.event_types import falco_index, names
from firmer.filter.event_types_sysdig import REMEMBERING
from firmer.filter.parse import parse_operand
from firmer.filter.program import AtomTable, RuleProgram
from firmer.filter.source import Source
from firmer.filter.tree import Atom
from firmer.state.state import State

ARGUMENTS = [
    "proc.aname[1]",
    "proc.aname[2]",
    "proc.args[0]",
    "proc.env[PATH]",
    "evt.arg.flags",
    "evt.arg[0]",
    "evt.rawarg.res",
    "evt.type.is.open",
]
CALLS = ["tolower(proc.name)", "basename(proc.exepath)", "len(fd.name)", 'concat(proc.name, "-", proc.pname)', "toupper(fd.name)"]


attacked = cache(lambda: attack().capture())


def stories():
    """(event, state) of each event that rules see."""
    state = State("falco")
    for step in reader(attacked()).steps():
        if isinstance(step, Section):
            state.load(step)
        elif state.process(step) and not names().entries >> step.today & 1:
            yield step, state


def loaded(slot, event, state):
    """What a slot compares, as the reference takes it."""
    slot.value(event, state)
    if not slot.present:
        return None
    if slot.obj is not None and (slot.many in {1, 2, 3} or slot.kind not in {2, 3, 4, 7}):
        return slot.obj
    return slot.num & (1 << 64) - 1 if slot.kind == 3 else slot.num


@cache
def operands():
    plain = [name for name, field in catalog.FIELDS.items() if "falco" in field.dialects and field.argument != "required"]
    plain = [name for name in plain if not name.startswith(REMEMBERING)]
    found = {}
    for text in plain + ARGUMENTS + CALLS:
        operand = Checker(Source(text), "falco", catalog.find, (), {}).operand(parse_operand(text))
        if operand is not None and operand.many != "within":
            found[text] = operand
    return found


@cache
def seen():
    """Constants that the story has, by operand."""
    values = {text: set() for text in operands()}
    slots = {text: catalog.new_slot(text, "falco") for text, operand in operands().items() if operand.is_field}
    for event, state in stories():
        for text, slot in slots.items():
            value = loaded(slot, event, state)
            if value is not None and len(values[text]) < 12:
                values[text] |= set(value if isinstance(value, list) else [value])
    values["tolower(proc.name)"] = values["basename(proc.exepath)"] = values["proc.name"]
    return {text: sorted(found, key=repr) for text, found in values.items()}


@st.composite
def atoms(draw):
    operand = draw(st.sampled_from(sorted(operands().values(), key=lambda each: each.text)))
    allowed = [
        each
        for each in operators.OPERATORS
        if operand.kind in each.kinds and (operand.many != "list" or each.name in {"in", "intersects", "exists"})
    ]
    operator = draw(st.sampled_from(allowed))
    if operator.name == "exists":
        return Atom(operand, operator)
    known = seen()[operand.text]
    if operand.kind == "net":
        known = [(address[:1] + bytes(len(address) - 1), 8) for address in known]
    if operand.kind == "double":
        known = [int(value) for value in known]
    other = {"text": b"x", "buffer": b"x", "ip": bytes(4), "net": (bytes(4), 8), "bool": 1}.get(operand.kind, 7)
    constants = st.sampled_from([*known, other])
    if operand.kind in {"text", "buffer"}:
        if operator.name == "regex":
            constants = st.sampled_from([b".*a.*", b"[a-z]+", b"/.*", b"[0-9.]+"])
        else:
            constants = st.one_of(
                constants, constants.map(lambda text: text[: len(text) // 2]), constants.map(lambda text: text[:2] + b"*")
            )
    if operator.right == "list":
        return Atom(operand, operator, "", draw(st.frozensets(constants, max_size=3)))
    if operator.modifiers and draw(st.integers(0, 5)) == 0:
        return Atom(operand, operator, draw(st.sampled_from(sorted(operators.MODIFIERS))), tuple(draw(st.lists(constants, max_size=3))))
    return Atom(operand, operator, "", draw(constants))


def trees():
    return st.recursive(
        atoms(),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
            inner.map(Not),
        ),
        max_leaves=6,
    )


def leaves(tree):
    if isinstance(tree, And | Or):
        return [leaf for child in tree.children for leaf in leaves(child)]
    return leaves(tree.child) if isinstance(tree, Not) else [tree]


def fields_of(operand):
    return [operand] if operand.is_field else [found for arg in operand.args for found in fields_of(arg)]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.deferred(trees), min_size=20, max_size=40))
def test_native_and_reference_agree_on_real_events(rules):
    program = RuleProgram(rules, AtomTable("falco"))
    wanted = {found.text for tree in rules for atom in leaves(tree) for found in fields_of(atom.left)}
    slots = {text: catalog.new_slot(text, "falco") for text in wanted}
    for event, state in stories():
        native = program.matches(event, state)
        values = {text: loaded(slot, event, state) for text, slot in slots.items()}
        known = [number for number, tree in enumerate(rules) if falco_index(tree) >> event.today & 1 and by_reference(tree, values)]
        assert native == known, [str(atom) for number in set(native) ^ set(known) for atom in leaves(rules[number])]
