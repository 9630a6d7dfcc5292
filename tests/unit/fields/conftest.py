"""Asking fields of the last of a few events."""

from collections.abc import Callable
from typing import Any

import pytest

from firmer.fields.catalog import new_slot
from firmer.fields.text import text_of, value_of


@pytest.fixture
def ask(make_host: Any) -> Callable[..., Any]:
    """Value of a field at the last of the events; `text=True`: as it is printed, `output=False`: as a filter sees it."""

    def asked(field: str, *events: tuple, dialect: str = "falco", output: bool = True, text: bool = False, **section: Any) -> Any:
        host = make_host(dialect, **section)
        host.state.keep_all_enters = True
        slot = new_slot(field, dialect, output)
        value = None
        for event in host.events(*events):
            host.state.process(event)
            value = text_of(slot, event, host.state) if text else value_of(slot, event, host.state)
        return value

    return asked
