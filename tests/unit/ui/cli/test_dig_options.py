"""How a command line of dig is taken apart."""

import pytest

from firmer.ui.cli.dig_options import LONGS, OPTIONS, SHORTS, BadOption, read, usage


def taken(*args):
    words = []
    return [(option.key, value) for option, value in read(args, words)], words


LINES = [
    (["-qn5", "-r", "a"], [("quiet", ""), ("numevents", "5"), ("readfile", "a")], []),
    (["evt.type=open", "and", "-r", "a", "evt.dir=<"], [("readfile", "a")], ["evt.type=open", "and", "evt.dir=<"]),
    (["--", "-q"], [], ["-q"]),
    (["-r", "-"], [("readfile", "-")], []),
    (["-"], [], ["-"]),
    (["-pc"], [("print", "c")], []),
    (["-cl"], [("chisel", "l")], []),
    (["-lv"], [("list", ""), ("verbose", "")], []),
    (["--readfile=a=b", "--num", "3", "--list"], [("readfile", "a=b"), ("numevents", "3"), ("list", "")], []),
    (["-M", "3", "-i", "netstat"], [("M", "3"), ("chisel-info", "netstat")], []),
]


@pytest.mark.parametrize(("args", "options", "words"), LINES)
def test_takes_apart(args, options, words):
    assert taken(*args) == (options, words)


WRONG = [
    (["-Y"], "invalid option -- 'Y'"),
    (["-n"], "option requires an argument -- 'n'"),
    (["--print"], "option '--print' requires an argument"),
    (["--pri"], "option '--pri' is ambiguous; possibilities: '--print' '--print-ascii'"),
    (["--quiet=1"], "option '--quiet' doesn't allow an argument"),
    (["--bad"], "unrecognized option '--bad'"),
]


@pytest.mark.parametrize(("args", "message"), WRONG)
def test_refuses(args, message):
    with pytest.raises(BadOption) as problem:
        taken(*args)
    assert str(problem.value).startswith(message)


def test_no_name_stands_for_two():
    assert len(SHORTS) == sum(bool(option.short) for option in OPTIONS)
    assert len(LONGS) == sum(bool(option.long) for option in OPTIONS)


def test_what_is_not_offered_says_so_and_nothing_else_does():
    assert all(bool(option.refusal) == (option.group == "Not possible") for option in OPTIONS)


def test_help_tells_every_option():
    text = usage()
    assert all(f"-{option.short}" in text for option in OPTIONS if option.short)
    assert all(f"--{option.long}" in text and option.help in text for option in OPTIONS if option.long)
    assert all(len(line) <= 140 for line in text.splitlines())
