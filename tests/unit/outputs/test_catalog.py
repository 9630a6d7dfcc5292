"""Every output of the catalog keeps the contract of outputs."""

import typing

import msgspec
import pytest

from firmer.outputs.catalog import OUTPUTS, AnyOutput


def test_the_union_and_the_list_are_the_same():
    assert typing.get_args(AnyOutput) == OUTPUTS


def test_types_are_told_apart():
    tags = [kind.__struct_config__.tag for kind in OUTPUTS]
    assert len(set(tags)) == len(tags)


@pytest.mark.parametrize("kind", OUTPUTS, ids=lambda kind: kind.__name__)
def test_each_says_what_it_is_and_what_its_keys_mean(kind):
    assert kind.__doc__ and kind.__doc__.endswith(".")
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        if not name.startswith("__"):
            assert any(isinstance(each, msgspec.Meta) and each.description for each in hint.__metadata__), name
