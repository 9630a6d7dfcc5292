"""What `firmer dig` does with a capture: print events, or write them to another."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.detect.pipeline import Pipeline
from firmer.detect.printer import Printer
from firmer.detect.recorder import Recorder
from firmer.errors import BadCapture
from firmer.fields.evt_time import print_times
from firmer.fields.format import Format
from firmer.filter.check import check
from firmer.filter.parse import parse
from firmer.filter.program import AtomTable, Condition
from firmer.filter.source import Source
from firmer.state.state import State


@dataclass(frozen=True, slots=True)
class Dig:
    """One command line, understood."""

    format: str
    filter: str = ""
    time: str = "h"
    limit: int = 0
    quiet: bool = False
    write: str | None = None
    compress: bool = False

    def run(self, captures: Sequence[str], out: BinaryIO) -> int:
        """Carry the captures through one after the other, each with a fresh state; the exit status."""
        writer = Writer(self.write, compress=self.compress) if self.write else None
        print_times(self.time)
        status = 0
        try:
            for path in captures:
                status |= self.run_one(path, out, writer)
        finally:
            if writer is not None:
                writer.close()
        return status

    def run_one(self, path: str, out: BinaryIO, writer: Writer | None) -> int:
        state = State("sysdig")
        condition = self.condition()
        consumer: Printer | Recorder
        if writer is not None:
            consumer = Recorder(writer, condition, self.limit)
        else:
            consumer = Printer(Format(self.format, "sysdig"), out, condition, self.limit, self.quiet)
        try:
            with Reader(path) as reader:
                Pipeline(reader, state, [consumer]).run()
        except BadCapture as error:
            if isinstance(consumer, Printer):
                consumer.finish()
            print(f"firmer: {error}", file=sys.stderr)
            return 1
        if isinstance(consumer, Printer):
            consumer.finish()
        return 0

    def condition(self) -> Condition | None:
        if not self.filter.strip():
            return None
        source = Source(self.filter, "filter")
        return Condition(check(parse(self.filter, "sysdig", source), source, "sysdig").tree, AtomTable("sysdig"))
