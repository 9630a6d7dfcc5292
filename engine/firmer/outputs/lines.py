"""Alerts as lines of a stream: what standard output gets, live and from captures."""

from __future__ import annotations

from firmer.alert import Alert

TYPE_CHECKING = False  # a replay's start is short of time: no typing
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import BinaryIO, Literal

    Form = Literal["text", "json"]

FORMS = {"text": Alert.text_line, "json": Alert.json_line}


class Lines:
    """
    form  "text": the rule's output; "json": Falco's keys
    """

    name = "stdout"
    pause_s = 0.0

    def __init__(self, form: Form, stream: BinaryIO) -> None:
        self.line = FORMS[form]
        self.stream = stream

    def write(self, alert: Alert) -> None:
        """One alert, without a flush."""
        self.stream.write(self.line(alert))

    def send(self, alerts: Sequence[Alert]) -> None:
        self.stream.write(b"".join(map(self.line, alerts)))
        self.stream.flush()

    def reopen(self) -> None:
        """It is whoever started us that keeps the place."""

    def close(self) -> None:
        self.stream.flush()
