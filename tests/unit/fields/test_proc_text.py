"""Lists of arguments and variables as texts, seen through the fields that show them."""

import pytest

LISTS = [
    # args, joined, number, bytes
    (b"", "", 0, 0),
    (b"\0", "", 0, 0),
    (b"a", "a", 1, 1),
    (b"a\0", "a", 1, 1),
    (b"a\0b", "a b", 2, 2),
    (b"a\0\0", "a ", 2, 1),
    (b"\0a\0", " a", 2, 1),
    (b"\0\0\0", "  ", 3, 0),
]


@pytest.mark.parametrize("args,text,count,size", LISTS)
def test_list_of_arguments(ask_worker, thread_entry, args, text, count, size):
    threads = [thread_entry(30, 1, comm=b"c", args=args)]
    assert ask_worker("proc.args", threads=threads) == text
    assert ask_worker("proc.cmdnargs", threads=threads) == count
    assert ask_worker("proc.cmdlenargs", threads=threads) == size
    assert ask_worker("proc.cmdline", threads=threads) == ("c " + text if count else "c")


@pytest.mark.parametrize("name,value", [("A", "x"), ("B", "2"), ("AB", ""), ("C", "")])
def test_first_variable_that_has_a_value(ask_worker, thread_entry, name, value):
    threads = [thread_entry(30, 1, env=b"A=\0A= x \0A=y\0B=2\0C\0")]
    assert ask_worker(f"proc.env[{name}]", threads=threads) == value
