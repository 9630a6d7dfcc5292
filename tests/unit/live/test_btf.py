"""Offsets from the running kernel's types; names that every kernel with BTF has."""

import pytest

from firmer.live import btf


@pytest.fixture(scope="module")
def types():
    try:
        return btf.Btf()
    except OSError as error:
        pytest.skip(f"no BTF, or no libbpf: {error}")


def test_a_plain_field_has_offset_and_size(types):
    assert types.macros("upid.nr") == ["-DOFF_upid_nr=0", "-DSIZE_upid_nr=4", "-DBIT_upid_nr=0"]


def test_an_anonymous_member_is_found(types):
    assert types.field("task_struct.tgid")[1] == 4
    assert types.field("socket.sk")[1] == 8


def offsets(label):
    return [f"{kind}_{label}" for kind in ("OFF", "SIZE", "BIT")]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("kernfs_node.__parent|parent", offsets("kernfs_node___parent")),
        ("t=inode.nothing || inode.i_ino", offsets("t")),
        ("sizeof upid  # why", ["SIZE_upid"]),
        ("inode.nothing ?", []),
        ("nothing.at_all ?", []),
        ("enum pid_type:PIDTYPE_PGID", ["ENUM_PIDTYPE_PGID"]),
        ("signal_struct.is_child_subreaper", offsets("signal_struct_is_child_subreaper")),
        ("# nothing else", []),
    ],
)
def test_each_form_of_a_line(types, line, names):
    assert [option[2:].partition("=")[0] for option in types.macros(line)] == names


def test_an_element_of_an_array_lies_further_on(types):
    first, later = types.field("signal_struct.rlim[0]"), types.field("signal_struct.rlim[7]")
    assert later == (first[0] + 7 * 16 * 8, 16)
    by_name = types.field("signal_struct.pids[pid_type:PIDTYPE_PGID]")[0] - types.field("signal_struct.pids")[0]
    assert by_name == 64 * types.enumerator("pid_type", "PIDTYPE_PGID")


def test_an_enumerator_that_is_missing_is_minus_one(types):
    assert types.macros("enum pid_type:PIDTYPE_NONE") == ["-DENUM_PIDTYPE_NONE=-1"]


@pytest.mark.parametrize("line", ["inode.nothing", "nothing.at_all", "sizeof nothing"])
def test_what_is_needed_and_missing_is_named(types, line):
    with pytest.raises(btf.Missing):
        types.macros(line)


def test_parameters_of_a_tracepoint(types):
    assert types.parameters("sched_process_exec") == 3
    assert types.parameters("no_such_tracepoint") == 0
