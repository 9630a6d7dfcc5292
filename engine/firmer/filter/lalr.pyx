"""Parsing by tables: the loop of an LALR parser whose lexer looks only for what may stand at each place (see grammar.py, which makes the tables).

The stack is a list: depth of nesting costs no recursion.
"""

import re


class Unexpected(Exception):
    """The text stops making sense `at` so many characters in; `expected` names the terminals that could go on there."""

    def __init__(self, at: int, expected: set) -> None:
        super().__init__(f"at {at}")
        self.at = at
        self.expected = expected


class Token(str):
    """A piece of the text and where it stands."""

    __slots__ = ("end_pos", "start_pos")


cdef class Rule:
    """What becomes of the values of a rule's right side: some are left out, some are lists that dissolve."""
    cdef str left
    cdef int size
    cdef bint lifts  # a single value stands for itself
    cdef bint plain  # all values are taken as they are
    cdef tuple taken  # (place, whether it dissolves)
    cdef object make  # None: the values themselves, to be dissolved


cdef class Parser:
    cdef list actions  # by state: terminal -> state to go to, or -1 - rule
    cdef list gotos  # by state: left side of a rule -> state
    cdef list lexers  # by state: (terminal, its regex's match), most wanted first
    cdef list rules
    cdef dict terminals, starts, ends
    cdef object blanks

    def __init__(self, dict tables, object builder):
        """tables: as grammar.py makes them; builder: a method a rule, which takes the list of values."""
        self.actions, self.gotos = tables["actions"], tables["gotos"]
        self.starts, self.ends = tables["starts"], tables["ends"]
        self.terminals = {name: re.compile(pattern).match for name, pattern in tables["terminals"].items()}
        self.blanks = re.compile(tables["blanks"]).match
        self.lexers = [tuple([(name, self.terminals[name]) for name in names]) for names in tables["lexers"]]
        self.rules = [new_rule(row, builder) for row in tables["rules"]]

    def parse(self, str text, str start):
        """What the builder made of the whole text; raises Unexpected, and what the builder raises."""
        cdef list states = [self.starts[start]], values = []
        cdef int end_state = self.ends[start], state, action
        cdef Py_ssize_t at = 0, stop
        cdef str name
        cdef Rule rule
        cdef list taken
        while True:
            state = states[-1]
            match = self.blanks(text, at)
            if match is not None:
                at = match.end()
            match = None
            if at < len(text):
                for name, find in <tuple>self.lexers[state]:
                    match = find(text, at)
                    if match is not None:
                        break
                else:
                    raise self.unexpected(text, at, states)
            else:
                name = "$END"
            while True:
                found = (<dict>self.actions[state]).get(name)
                if found is None:
                    raise Unexpected(at, self.accepted(states))
                action = found
                if action >= 0:
                    break
                rule = <Rule>self.rules[-1 - action]
                taken = values[len(values) - rule.size:]
                del values[len(values) - rule.size:]
                del states[len(states) - rule.size:]
                values.append(reduced(rule, taken))
                state = (<dict>self.gotos[states[-1]])[rule.left]
                states.append(state)
                if state == end_state and match is None:
                    return values[-1]
            token = Token(match[0])
            stop = match.end()
            token.start_pos, token.end_pos = at, stop
            at = stop
            states.append(action)
            values.append(token)

    cdef object unexpected(self, str text, Py_ssize_t at, list states):
        """Nothing that may stand here does: if something else does, what the parser would take; if nothing at all, what the lexer looked for."""
        for find in self.terminals.values():
            if find(text, at) is not None:
                return Unexpected(at, self.accepted(states))
        return Unexpected(at, {name for name, _ in self.lexers[states[-1]]})

    cdef set accepted(self, list states):
        return {name for name in self.actions[states[-1]] if self.accepts(list(states), name)}

    cdef bint accepts(self, list states, str name):
        """Whether the terminal may come next: what is reduced before it may have no place for it."""
        cdef int action
        cdef Rule rule
        while True:
            found = (<dict>self.actions[states[-1]]).get(name)
            if found is None:
                return False
            action = found
            if action >= 0:
                return True
            rule = <Rule>self.rules[-1 - action]
            del states[len(states) - rule.size:]
            states.append((<dict>self.gotos[states[-1]])[rule.left])
            if name == "$END" and states[-1] in self.ends.values():
                return True


cdef Rule new_rule(list row, object builder):
    cdef Rule rule = Rule()
    rule.left, rule.size, rule.lifts, taken, make = row
    rule.taken = tuple([(place, dissolves) for place, dissolves in taken])
    rule.plain = rule.taken == tuple([(place, False) for place in range(rule.size)])
    rule.make = getattr(builder, make) if make else None
    return rule


cdef object reduced(Rule rule, list values):
    cdef list children
    if rule.plain:
        children = values
    else:
        children = []
        for place, dissolves in rule.taken:
            if dissolves:
                children += values[place]
            else:
                children.append(values[place])
    if rule.lifts and len(children) == 1:
        return children[0]
    return children if rule.make is None else rule.make(children)
