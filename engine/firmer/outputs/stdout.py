"""Alerts as lines on standard output."""

from __future__ import annotations

import sys
from typing import Annotated

from msgspec import Meta

from firmer.outputs.lines import Lines
from firmer.outputs.settings import Form, Output, OutputSettings


class StdoutSettings(OutputSettings, frozen=True, kw_only=True, tag="stdout"):
    """Lines on standard output."""

    format: Annotated[Form, Meta(description="`text`: the rule's output; `json`: Falco's keys")] = "text"

    def open(self) -> list[Output]:
        return [Lines(self.format, sys.stdout.buffer)]
