"""Rules files, one after the other, to rules that can be compiled.

Each file is checked as it is loaded, together with all before it, so that an error is told of the file that brought it in. What did not change
since the file before is not checked again.
"""

from __future__ import annotations

from collections.abc import Iterator

from firmer.errors import BadInput, Problem
from firmer.fields import catalog
from firmer.fields.registry import BadArgument, UnknownField
from firmer.filter.ast import And, Expansion, Expr, Not
from firmer.filter.check import Checked, check
from firmer.filter.check import Memory as CheckedMacros
from firmer.filter.parse import parse
from firmer.filter.source import Source
from firmer.record import field, record, replace
from firmer.rules import exceptions
from firmer.rules.append import Appended, AppendOutput
from firmer.rules.definitions import SOURCE, Definitions
from firmer.rules.expand import Expander, Memory
from firmer.rules.items import Reader
from firmer.rules.model import Rule
from firmer.rules.output_format import Layout, parse_layout
from firmer.rules.places import Made, YamlFile
from firmer.rules.problems import found, refusal
from firmer.rules.yaml_source import documents, read_file

UNKNOWN = frozenset({"F007", "F011", "R031"})  # what `skip-if-unknown-filter` forgives: unknown fields and event types


@record(slots=True)
class Ready:
    """A rule that is checked through and through."""

    rule: Rule
    checked: Checked
    output: Layout
    extra: dict[str, Layout | str] = field(default_factory=dict)  # output_fields besides the output's: a text made of fields, or a field


class Loader:
    """`load` file after file; then `ready` holds the rules in order. Problems of all files gather in `problems`."""

    def __init__(self, append: list[AppendOutput] | None = None) -> None:
        self.definitions = Definitions(is_field)
        self.append = append or []
        self.problems: list[Problem] = []
        self.ready: list[Ready] = []
        self.unused: list[Problem] = []
        self.memory = Memory()
        self.checked: dict[tuple[int, int], tuple[object, Checked | list[Problem]]] = {}
        self.macros: CheckedMacros = {}
        self.layouts: dict[str, Layout] = {}

    def load(self, path: str) -> None:
        """Read one file; raises BadInput with the errors that it brought in."""
        self.load_text(read_file(path))

    def load_text(self, file: YamlFile) -> None:
        reader = Reader(self.definitions)
        for document in documents(file):
            if document is not None:
                reader.read_document(document)
        self.problems += reader.problems
        self.raise_errors(reader.problems)
        problems = self.compile()
        self.problems += [problem for problem in problems if problem not in self.problems]
        self.raise_errors(problems)

    def raise_errors(self, problems: list[Problem]) -> None:
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise BadInput(list(dict.fromkeys(errors)))

    def compile(self) -> list[Problem]:
        """Expand and check everything; returns all problems of the state that the definitions are in now."""
        problems: list[Problem] = []
        expander = Expander(self.definitions, self.memory)
        for macro in sorted(self.definitions.macros.values(), key=lambda macro: macro.index):
            try:
                expander.macro(macro)
            except BadInput as error:
                problems += error.problems
        if problems:
            return problems  # rules that use these macros would only repeat it
        self.ready = []
        for rule in self.definitions.rules_in_order():
            if rule.source != SOURCE:
                continue
            try:
                problems += self.compile_rule(rule, expander)
            except BadInput as error:
                problems += error.problems
        self.unused = list(self.never_used(expander))
        return problems

    def compile_rule(self, rule: Rule, expander: Expander) -> list[Problem]:
        warnings: list[Problem] = []
        appended = Appended(rule, self.append)
        try:
            output, extra = self.outputs(appended, warnings)
            checked = self.check(rule, self.condition(rule, expander))
        except BadInput as error:
            if rule.skip_if_unknown_filter and error.problems[0].code in UNKNOWN:
                first = error.problems[0]
                return [replace(first, code="R061", severity="warning", text=f"rule '{rule.name}' is left out: {first.text}")]
            raise
        warnings += [problem for problem in checked.problems if rule.warn_evttypes or problem.code != "F050"]
        self.ready.append(Ready(rule, checked, output, extra))
        return warnings

    def outputs(self, appended: Appended, warnings: list[Problem]) -> tuple[Layout, dict[str, Layout | str]]:
        source = appended.output
        if "%container.info" in source.text:
            hint = "what it stood for is appended by append_output: [{suggested_output: true}]"
            warnings.append(found("R053", appended.rule.mark, "'%container.info' is the old form and prints nothing", hint))
            source = Made(source.text.replace("%container.info", ""), appended.rule.mark)
        extra: dict[str, Layout | str] = {
            key: text if raw else self.layout(Made(text, appended.rule.mark)) for key, text, raw in appended.fields
        }
        for key, value in extra.items():
            if isinstance(value, str) and not is_field(value):
                raise refusal("R030", appended.rule.mark, f"append_output names the unknown field '{key[:60]}'")
        return self.layout(source), extra

    def layout(self, source: Source) -> Layout:
        known = self.layouts.get(source.text)
        if known is None:
            known = self.layouts[source.text] = parse_layout(source)
        return known

    def condition(self, rule: Rule, expander: Expander) -> Expr:
        """The rule's condition, and not any of its exceptions."""
        parts = [expander.condition(rule.condition)]
        for exception in rule.exceptions:
            text = exceptions.condition(exception)
            if text:
                source = Made(text, exception.mark)
                body = expander.expand(parse(text, source=source), source, 0)
                parts.append(Not(Expansion(f"exception {exception.name}", body, source)))
        return parts[0] if len(parts) == 1 else self.memory.same(And(tuple(parts), 0, len(rule.condition.text)))

    def check(self, rule: Rule, expr: Expr) -> Checked:
        key = id(expr), id(rule.condition)
        known = self.checked.get(key)
        if known is None:
            result: Checked | list[Problem]
            try:
                result = check(expr, rule.condition, memory=self.macros)
            except BadInput as error:
                result = error.problems
            # the tree and the source are kept beside the result, so that their ids stay theirs
            known = self.checked[key] = ((expr, rule.condition), result)
        if isinstance(known[1], list):
            raise BadInput(known[1])
        return known[1]

    def never_used(self, expander: Expander) -> Iterator[Problem]:
        for macro in self.definitions.macros.values():
            if "macro " + macro.name not in expander.used:
                yield found("R059", macro.mark, f"no rule and no macro uses macro '{macro.name}'")
        for each in self.definitions.lists.values():
            if each.name not in expander.used:
                yield found("R060", each.mark, f"no condition and no list uses list '{each.name}'")


def is_field(name: str) -> bool:
    try:
        catalog.find(name, "falco")
    except (UnknownField, BadArgument):
        return False
    return True
