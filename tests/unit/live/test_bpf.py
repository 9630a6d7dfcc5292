"""The kernel's interface as far as it can be asked without rights."""

import errno

import pytest

from firmer.live import bpf


def test_a_descriptor_that_is_none_is_told():
    with pytest.raises(OSError) as raised:
        bpf.update(1 << 30, bytes(4), bytes(4))
    assert raised.value.errno in (errno.EBADF, errno.EPERM)


@pytest.mark.parametrize(("there", "most", "found"), [(0, 9, 0), (3, 9, 3), (9, 2, 2)])
def test_keys_are_asked_for_one_after_the_other(monkeypatch, there, most, found):
    def answer(command, attributes):
        assert command == bpf.MAP_NEXT_KEY
        last, following = int.from_bytes(attributes[8:16], "little"), int.from_bytes(attributes[16:24], "little")
        number = int.from_bytes(bpf.ct.string_at(last, 4), "little") + 1 if last else 0
        if number == there:
            raise OSError(errno.ENOENT, "")
        bpf.ct.memmove(following, number.to_bytes(4, "little"), 4)
        return 0

    monkeypatch.setattr(bpf, "call", answer)
    assert bpf.keys(3, 4, most) == [number.to_bytes(4, "little") for number in range(found)]


@pytest.mark.parametrize(("number", "raises"), [(errno.ENOENT, False), (errno.EPERM, True)])
def test_deleting_what_is_not_there_is_no_error(monkeypatch, number, raises):
    def refuse(command, attributes):
        assert command == bpf.MAP_DELETE and attributes[16:] == bytes(16)  # the kernel wants the rest empty
        raise OSError(number, "")

    monkeypatch.setattr(bpf, "call", refuse)
    if raises:
        with pytest.raises(OSError):
            bpf.delete(3, bytes(4))
    else:
        bpf.delete(3, bytes(4))


def test_a_refused_program_comes_with_the_verifiers_words(monkeypatch):
    def refuse(command, attributes):
        at, size = int.from_bytes(attributes[32:40], "little"), int.from_bytes(attributes[28:32], "little")
        if at:
            said = b"one\ntwo\nprocessed 2 insns (limit 1000000)\n"
            bpf.ct.memmove(at, said, len(said))
            assert size == bpf.LOG
        raise OSError(errno.ENOSPC if at else errno.EACCES, "")

    monkeypatch.setattr(bpf, "call", refuse)
    with pytest.raises(bpf.Rejected) as raised:
        bpf.load("openat", bytes(16))
    assert raised.value.log == "one\ntwo" and "openat" in str(raised.value) and raised.value.errno == errno.EACCES


def test_no_rights_is_not_asked_twice(monkeypatch):
    asked = []

    def refuse(command, attributes):
        asked.append(command)
        raise OSError(errno.EPERM, "")

    monkeypatch.setattr(bpf, "call", refuse)
    with pytest.raises(PermissionError):
        bpf.load("openat", bytes(16))
    assert asked == [bpf.PROG_LOAD]


def test_an_address_is_the_bytes():
    data = b"some bytes"
    assert bpf.ct.string_at(bpf.address(data), len(data)) == data
