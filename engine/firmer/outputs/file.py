"""Alerts as lines of a file. What logrotate moves away is noticed; a line is there whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from typing import Annotated

from msgspec import Meta

from firmer.alert import Alert
from firmer.outputs.lines import FORMS
from firmer.outputs.settings import Form, Output, OutputSettings

MODE = 0o600  # alerts tell what users do
FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


class FileSettings(OutputSettings, frozen=True, kw_only=True, tag="file"):
    """Lines at the end of a file, which is made readable for its owner only; SIGHUP opens it anew, and so does its being moved away."""

    path: Annotated[str, Meta(description="the file; a symbolic link is not followed", min_length=1)]
    format: Annotated[Form, Meta(description="`text`: the rule's output; `json`: Falco's keys")] = "json"

    def check(self) -> None:
        os.stat(os.path.dirname(self.path) or ".")

    def open(self) -> list[Output]:
        return [File(self.path, self.format)]


class File:
    pause_s = 0.0

    def __init__(self, path: str, form: Form) -> None:
        self.name = f"file {path}"
        self.path = path
        self.line = FORMS[form]
        self.descriptor = opened(path)

    def send(self, alerts: Sequence[Alert]) -> None:
        if self.moved():
            self.reopen()
        lines = b"".join(map(self.line, alerts))
        size = os.fstat(self.descriptor).st_size
        try:
            written = 0
            while written < len(lines):
                written += os.write(self.descriptor, lines[written:])
        except OSError as error:
            # no half line may stay, and no line twice should somebody send these again
            with suppress(OSError):
                os.ftruncate(self.descriptor, size)
            raise OSError(error.errno, error.strerror, self.path) from error

    def moved(self) -> bool:
        try:
            there = os.stat(self.path, follow_symlinks=False)
        except FileNotFoundError:
            return True
        return not os.path.samestat(there, os.fstat(self.descriptor))

    def reopen(self) -> None:
        fresh = opened(self.path)
        os.close(self.descriptor)
        self.descriptor = fresh

    def close(self) -> None:
        os.close(self.descriptor)


def opened(path: str) -> int:
    """A descriptor to append with; raises OSError, also for what is no file (opening a pipe could wait for ever)."""
    descriptor = os.open(path, FLAGS, MODE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(0, "is no regular file", path)
    return descriptor
