"""Every finding that a rules file can have outside of its conditions: its code, in one table, never used twice for different things."""

from __future__ import annotations

from firmer.errors import BadInput, Place, Problem
from firmer.filter.problems import CODES as CONDITION_CODES
from firmer.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from firmer.rules.places import Spot


@record(frozen=True, slots=True)
class Code:
    """What a code stands for, how bad it is, and the name that Falco has for the same."""

    title: str
    falco: str
    severity: str = "error"


CODES = {
    "R001": Code("not YAML", "LOAD_ERR_YAML_PARSE"),
    "R002": Code("file that cannot be read", "LOAD_ERR_FILE_READ"),
    "R003": Code("limit exceeded", "LOAD_ERR_YAML_PARSE"),
    "R010": Code("not a list of rules", "LOAD_ERR_YAML_VALIDATE"),
    "R011": Code("not a mapping", "LOAD_ERR_YAML_VALIDATE"),
    "R012": Code("key that is missing", "LOAD_ERR_YAML_VALIDATE"),
    "R013": Code("value of the wrong kind", "LOAD_ERR_YAML_VALIDATE"),
    "R014": Code("value that means nothing", "LOAD_ERR_YAML_VALIDATE"),
    "R015": Code("override that cannot be", "LOAD_ERR_YAML_VALIDATE"),
    "R016": Code("change of something that does not exist", "LOAD_ERR_VALIDATE"),
    "R017": Code("change that changes nothing", "LOAD_ERR_VALIDATE"),
    "R018": Code("exception that does not fit together", "LOAD_ERR_VALIDATE"),
    "R019": Code("requirement that is not met", "LOAD_ERR_VALIDATE"),
    "R020": Code("unknown macro", "LOAD_ERR_VALIDATE"),
    "R021": Code("macro that contains itself", "LOAD_ERR_VALIDATE"),
    "R022": Code("rule defined anew with another source", "LOAD_ERR_VALIDATE"),
    "R023": Code("expansion that becomes too large", "LOAD_ERR_VALIDATE"),
    "R024": Code("name of a list where one value stands", "LOAD_ERR_COMPILE_CONDITION"),
    "R025": Code("item of a list that is no value", "LOAD_ERR_COMPILE_CONDITION"),
    "R026": Code("name with characters that cannot be seen", "LOAD_ERR_YAML_VALIDATE"),
    "R030": Code("bad output text", "LOAD_ERR_COMPILE_OUTPUT"),
    "R031": Code("unknown field in an output", "LOAD_ERR_COMPILE_OUTPUT"),
    "R050": Code("unknown item", "LOAD_UNKNOWN_ITEM", "warning"),
    "R051": Code("unknown key", "LOAD_UNKNOWN_KEY", "warning"),
    "R052": Code("key given twice", "", "warning"),
    "R053": Code("old form", "LOAD_DEPRECATED_ITEM", "warning"),
    "R054": Code("odd name of a macro", "LOAD_INVALID_MACRO_NAME", "warning"),
    "R055": Code("odd name of a list", "LOAD_INVALID_LIST_NAME", "warning"),
    "R056": Code("two exceptions of one name", "LOAD_EXCEPTION_NAME_NOT_UNIQUE", "warning"),
    "R057": Code("exception without values appended", "LOAD_APPEND_NO_VALUES", "warning"),
    "R058": Code("rule of an unknown source", "LOAD_UNKNOWN_SOURCE", "warning"),
    "R059": Code("macro that nobody uses", "LOAD_UNUSED_MACRO", "warning"),
    "R060": Code("list that nobody uses", "LOAD_UNUSED_LIST", "warning"),
    "R061": Code("rule left out for a field that does not exist", "LOAD_UNKNOWN_FILTER", "warning"),
}


def falco_code(problem: Problem) -> str:
    """The name that Falco has for a problem of a rules file, whichever room found it."""
    code = CODES.get(problem.code) or CONDITION_CODES[problem.code]
    return code.falco


def found(code: str, spot: Spot, text: str, hint: str = "") -> Problem:
    """A finding at a spot of a file."""
    place, line = spot.shown()
    return Problem(code, place, text, hint, CODES[code].severity, line)


def refusal(code: str, spot: Spot, text: str, hint: str = "") -> BadInput:
    """One finding that ends the reading of what it was found in."""
    return BadInput([found(code, spot, text, hint)])


def unreadable(path: str, text: str, hint: str = "") -> BadInput:
    """A file that cannot be read at all."""
    return BadInput([Problem("R002", Place(path, 1, 1), text, hint)])
