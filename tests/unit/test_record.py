"""Records behave as the dataclasses that the type checker takes them for."""

import pickle
import sys
from dataclasses import dataclass
from dataclasses import field as data_field
from dataclasses import replace as data_replace

import pytest

from firmer.record import field, record, replace


@record(frozen=True, slots=True)
class Point:
    x: int
    y: int = 2
    note: str = field(default="", compare=False)

    def sum(self) -> int:
        return self.x + self.y


@dataclass(frozen=True, slots=True)
class DataPoint:
    x: int
    y: int = 2
    note: str = data_field(default="", compare=False)


@record(slots=True)
class Bag:
    """With a list."""

    items: list[int] = field(default_factory=list)


@record(frozen=True, slots=True, eq=False)
class Thing:
    name: str


@pytest.mark.parametrize(
    ("args", "kwargs"), [((1,), {}), ((1, 3), {}), ((), {"x": 1}), ((1,), {"note": "n"}), ((1, 5, "n"), {}), ((), {"y": 1, "x": 0})]
)
def test_values_are_those_of_a_dataclass(args, kwargs):
    ours, theirs = Point(*args, **kwargs), DataPoint(*args, **kwargs)
    assert (ours.x, ours.y, ours.note) == (theirs.x, theirs.y, theirs.note)
    assert repr(theirs) == f"Data{ours!r}"
    assert hash(ours) == hash(theirs)
    assert (ours == Point(1)) == (theirs == DataPoint(1))
    moved, data_moved = replace(ours, y=9), data_replace(theirs, y=9)
    assert (moved.x, moved.y, moved.note) == (data_moved.x, data_moved.y, data_moved.note)


@pytest.mark.parametrize(
    ("args", "kwargs", "words"),
    [
        ((), {}, "Point needs 'x'"),
        ((1, 2, "", 4), {}, "Point takes 3 values, not 4"),
        ((1,), {"z": 1}, "Point has no value 'z'"),
        ((1,), {"x": 1}, "given twice"),
    ],
)
def test_wrong_values_are_refused(args, kwargs, words):
    with pytest.raises(TypeError, match=words):
        Point(*args, **kwargs)


def test_frozen_records_do_not_change():
    point = Point(1)
    for name in ("x", "other"):
        with pytest.raises(AttributeError, match=f"cannot set '{name}'"):
            setattr(point, name, 2)
    assert point.x == 1


def test_others_change_and_have_no_hash():
    bag = Bag()
    bag.items = [1]
    assert bag == Bag([1]) and bag != Bag()
    with pytest.raises(TypeError, match="has no hash"):
        hash(bag)
    with pytest.raises(AttributeError):
        bag.other = 1


def test_defaults_are_made_anew():
    Bag().items.append(1)
    assert Bag().items == []


def test_without_eq_each_is_its_own():
    one, other = Thing("a"), Thing("a")
    assert one != other and one == one
    assert {one: 1}.get(other) is None


def test_classes_keep_what_they_have():
    assert Point(1).sum() == 3
    assert Bag.__doc__ == "With a list." and Bag.__name__ == Bag.__qualname__ == "Bag" and Bag.__module__ == __name__
    assert Point(1) != DataPoint(1)
    match Point(3, 4):
        case Point(x, y):
            assert (x, y) == (3, 4)


def test_they_travel(monkeypatch):
    monkeypatch.setitem(sys.modules, __name__, type(sys)(__name__))
    for name in ("Point", "Bag"):
        setattr(sys.modules[__name__], name, globals()[name])
    assert pickle.loads(pickle.dumps([Point(1, 2, "n"), Bag([3])])) == [Point(1, 2, "n"), Bag([3])]
