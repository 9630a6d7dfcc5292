"""Graphs of questions."""

from unit.filter.world import checked

from firmer.filter.compiler import END, asked_later, graph


def built(*texts, first=False):
    numbers = {}

    def number(atom):
        return numbers.setdefault(str(atom), len(numbers))

    nodes, entry = graph(list(enumerate(checked(text).tree for text in texts)), number, first)
    return nodes, entry, numbers


def test_and_goes_on_when_true():
    nodes, entry, numbers = built("t.int = 1 and t.more = 2")
    first, second = numbers["t.int = 1"], numbers["t.more = 2"]
    assert nodes == [(-1, END, END), (second, 0, END), (first, 1, END)]
    assert entry == 2


def test_or_goes_on_when_false_and_not_turns_round():
    nodes, _, numbers = built("t.int = 1 or not t.more = 2")
    assert nodes == [(-1, END, END), (numbers["t.more = 2"], END, 0), (numbers["t.int = 1"], 0, 1)]


def test_a_rule_that_fails_goes_on_to_the_next():
    nodes, entry, numbers = built("t.int = 1", "t.more = 2")
    assert nodes[entry][2] == 1 and nodes[1][0] == numbers["t.more = 2"]
    assert nodes[nodes[entry][1]] == (-1, 1, 1), "a match goes on, too"
    nodes, entry, _ = built("t.int = 1", "t.more = 2", first=True)
    assert nodes[nodes[entry][1]] == (-1, END, END)


def test_questions_that_lead_nowhere_are_left_out():
    nodes, _, _ = built("t.int = 1 and t.int = 1")
    assert len({node[0] for node in nodes}) == 2
    assert graph([(0, False), (1, False)], lambda atom: 0, False)[1] == END
    assert graph([(0, True)], lambda atom: 0, False) == ([(-1, END, END)], 0)


def test_ways_lead_to_smaller_numbers():
    nodes, _, _ = built("(t.int = 1 or t.more = 2) and not (t.text = a and t.other = b)", "t.int = 1 or t.text = a")
    assert all(max(true, false) < number for number, (_, true, false) in enumerate(nodes))


def test_what_is_asked_later():
    bits, later = asked_later([(-1, END, END), (7, 0, END), (3, 1, END)])
    assert later[0] == 0 and later[1] == bits[7] and later[2] == bits[7] | bits[3]
