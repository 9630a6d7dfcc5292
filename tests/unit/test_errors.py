"""Errors say where and what."""

from firmer.errors import BadCapture, BadInput, FirmerError, Place, Problem, UsageError


def test_all_derive_from_one():
    assert all(issubclass(kind, FirmerError) for kind in (BadCapture, BadInput, UsageError))


def test_bad_capture_keeps_its_place():
    error = BadCapture("a.scap", 4096, "block ends early")
    assert (error.path, error.offset, error.reason) == ("a.scap", 4096, "block ends early")
    assert str(error) == "a.scap: at byte 4096: block ends early"


def test_bad_input_tells_all_its_problems():
    place = Place("rules.yaml", 1, 1)
    assert str(BadInput([Problem("F001", place, "one"), Problem("F002", place, "two")])) == "one; two"
