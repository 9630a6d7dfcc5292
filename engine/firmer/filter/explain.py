"""What becomes of a filter: the event types that it needs, and the questions asked of each, in order."""

from firmer.filter.event_types_sysdig import names
from firmer.filter.program import AtomTable, RuleProgram
from firmer.filter.tree import Atom, Tree

END = -1
SHOWN = 40  # names of event types
Steps = tuple[tuple[int, int, int], ...]


def explain(tree: Tree) -> str:
    """The filter as it runs: a program for each set of event types that are asked alike."""
    table = AtomTable("sysdig")
    program = RuleProgram([tree], table, True)
    alike: dict[Steps, list[int]] = {}
    assert program.wanted is not None
    for key, wanted in enumerate(program.wanted):
        if wanted and (names().by_key[key] or names().direction[key]):
            alike.setdefault(tuple(program.steps_of(key)), []).append(key)
    if not alike:
        return "no event can pass\n"
    atoms = [question.atom for question in table.questions]
    return "\n".join(shown(steps, keys, atoms) for steps, keys in alike.items())


def shown(steps: Steps, keys: list[int], atoms: list[Atom]) -> str:
    """One program: its event types, then a line a question with where each answer leads."""
    every = len(keys) > len(names().by_key) // 2
    found = sorted({f"{names().direction[key] or '<>'} {names().by_key[key] or '(by what was recorded)'}" for key in keys})
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    rows = ["events: " + ("all others" if every else ", ".join(found[:SHOWN]) + more)]
    asked = [step for step, (atom, _, _) in enumerate(steps) if atom >= 0]
    number = {step: at for at, step in enumerate(asked, 1)}
    width = max((len(str(atoms[steps[step][0]])) for step in asked), default=0)
    for step in asked:
        atom, true, false = steps[step]
        rows.append(f"{number[step]:>4}  {atoms[atom]!s:{width}}  yes: {way(true, number)}, no: {way(false, number)}")
    if not asked:
        rows.append("      passes" if steps else "      does not pass")
    return "\n".join(rows) + "\n"


def way(to: int, number: dict[int, int]) -> str:
    if to == END:
        return "does not pass"
    return f"ask {number[to]}" if to in number else "passes"
