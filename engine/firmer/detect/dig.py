"""What `firmer dig` does with captures: print their events, or write them to others."""

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import BinaryIO

from firmer.capture.reader import Reader
from firmer.capture.writer import Writer
from firmer.detect.pipeline import Pipeline
from firmer.detect.printer import Printer
from firmer.detect.progress import Progress
from firmer.detect.recorder import Recorder
from firmer.detect.summary import summary
from firmer.errors import BadCapture
from firmer.events.render_bytes import print_buffers
from firmer.events.services import resolve_ports
from firmer.fields.evt_time import print_times
from firmer.fields.format import Format
from firmer.fields.format_json import JsonFormat
from firmer.filter.check import check
from firmer.filter.parse import parse
from firmer.filter.program import AtomTable, Condition
from firmer.filter.source import Source
from firmer.state.state import State


@dataclass(frozen=True, slots=True)
class Dig:
    """One command line, understood; a setting an option (see ui.cli.dig_options)."""

    format: str
    filter: str = ""
    limit: int = 0
    seconds: int = 0
    display: bool = False
    progress: bool = False
    quiet: bool = False
    summary: bool = False
    verbose: bool = False
    debug: bool = False
    time: str = "h"
    buffers: str = "dots"
    json: bool = False
    ports: bool = False
    unbuffered: bool = False
    escape: bool = False
    write: str | None = None
    compress: bool = False
    fatfile: bool = False
    file_size: int = 0
    file_seconds: int = 0
    file_events: int = 0
    files: int = 0

    def run(self, captures: Sequence[str], out: BinaryIO) -> int:
        """Carry the captures through one after the other, each with a fresh state; the exit status."""
        print_times(self.time)
        print_buffers(self.buffers, limit=not self.verbose and not self.json)
        resolve_ports(self.ports)
        writer = Writer(self.write, compress=self.compress) if self.write else None
        counts: Counter[str] = Counter()
        status = 0
        try:
            for path in captures:
                status |= self.run_one(path, out, writer, counts)
        finally:
            if writer is not None:
                writer.close()
        if self.summary:
            out.write(summary(counts))
        return status

    def run_one(self, path: str, out: BinaryIO, writer: Writer | None, counts: Counter[str]) -> int:
        condition = self.condition()
        if writer is not None:
            consumer: Printer | Recorder = Recorder(writer, condition, self.limit)
        else:
            consumer = self.printer(out, condition)
        reader = Reader(path)
        progress = Progress(reader) if self.progress or writer is not None else None
        status = 0
        begin = monotonic()
        try:
            Pipeline(reader, State("sysdig"), [consumer], on_progress=progress.show if progress else None).run()
        except BadCapture as error:
            status = 1
            if isinstance(consumer, Printer):
                consumer.finish()
            print(f"firmer: {error}", file=sys.stderr)
        finally:
            # also when the run is broken off: what was seen so far is printed
            if isinstance(consumer, Printer):
                consumer.finish()
                counts.update(consumer.counts())
        if progress is not None:
            progress.finish()
        if self.verbose:
            seconds = max(monotonic() - begin, 1e-9)
            print(f"Elapsed time: {seconds:.3f}, Captured Events: {consumer.passed}, {consumer.passed / seconds:.2f} eps", file=sys.stderr)
        return status

    def printer(self, out: BinaryIO, condition: Condition | None) -> Printer:
        form = (JsonFormat if self.json else Format)(self.format, "sysdig")
        if self.escape:
            form.escape(lines=self.buffers in ("ascii", "hex", "hexascii"))
        return Printer(
            form,
            out,
            condition,
            limit=self.limit,
            seconds=self.seconds,
            quiet=self.quiet,
            display=self.display,
            debug=self.debug,
            counting=self.summary,
            unbuffered=self.unbuffered,
        )

    def condition(self) -> Condition | None:
        if not self.filter.strip():
            return None
        source = Source(self.filter, "filter")
        return Condition(check(parse(self.filter, "sysdig", source), source, "sysdig").tree, AtomTable("sysdig"))
