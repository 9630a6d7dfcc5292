"""What `firmer dig` does with captures: print their events, or write them to others."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from time import monotonic

from firmer.capture.reader import Reader
from firmer.detect.pipeline import Pipeline
from firmer.detect.printer import Printer
from firmer.detect.progress import Progress
from firmer.detect.stretch import Stretch
from firmer.detect.summary import Row, added, summary
from firmer.errors import BadCapture
from firmer.events.render_bytes import print_buffers
from firmer.events.services import resolve_ports
from firmer.fields.evt_time import print_times
from firmer.fields.format import Format
from firmer.filter.program import AtomTable, Condition
from firmer.record import record
from firmer.state.state import State

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import BinaryIO

    from firmer.detect.point import Point
    from firmer.fields.registry import Field
    from firmer.live.probe import Options


COLOURS_OFF = b"\x1b[00m"


@record(frozen=True, slots=True)
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
    colours: bool = False
    complete: bool = False
    accounts: bool = True
    write: str | None = None
    compress: bool = False
    fatfile: bool = False
    file_size: int = 0
    file_seconds: int = 0
    file_events: int = 0
    files: int = 0
    begin: Point | None = None
    end: Point | None = None
    pid: int = 0
    cgroup: str = ""
    container: str = ""
    snaplen: int = 80
    enters: bool = False
    page_faults: bool = False

    def run(self, captures: Sequence[str], out: BinaryIO) -> int:
        """Carry the captures through one after the other, each with a fresh state; without one, the host's own events. The exit status."""
        print_times(self.time)
        print_buffers(self.buffers, limit=not self.verbose and not self.json)
        resolve_ports(self.ports)
        if self.write is not None:
            return self.record(captures)
        if not captures:
            return self.run_live(out)
        counts: list[Row] = []
        status = 0
        for path in captures:
            status |= self.run_one(path, out, counts)
        if self.summary:
            out.write(summary(counts))
        return status

    def run_one(self, path: str, out: BinaryIO, counts: list[Row]) -> int:
        printer = self.printer(out, self.condition())
        reader = Reader(path)
        progress = Progress(reader) if self.progress else None
        stretch = self.stretch
        state = State("sysdig", self.complete, self.accounts)
        status = 0
        begin = monotonic()
        try:
            Pipeline(reader, state, [printer], on_progress=progress.show if progress else None, stretch=stretch).run()
        except BadCapture as error:
            status = 1
            printer.finish()
            print(f"firmer: {error}", file=sys.stderr)
        finally:
            # also when the run is broken off: what was seen so far is printed
            printer.finish()
            if self.colours:
                out.write(COLOURS_OFF)
            if self.summary:
                counts[:] = added(counts, printer.counts())
        if progress is not None:
            progress.finish()
        if not self.complete:
            tell_hidden(state)
        if self.verbose:
            seconds = max(monotonic() - begin, 1e-9)
            print(f"Elapsed time: {seconds:.3f}, Captured Events: {printer.passed}, {printer.passed / seconds:.2f} eps", file=sys.stderr)
        return status

    def run_live(self, out: BinaryIO) -> int:
        from firmer.detect.live import dialect_of, print_live
        from firmer.live.session import Watch

        options = self.probe_options()
        dialect = dialect_of(options)
        printer = self.printer(out, self.condition(dialect), dialect)
        state = State(dialect, accounts=self.accounts)
        status = print_live(printer, state, Watch(self.pid, self.cgroup, self.container), options, self.stretch, self.verbose)
        if self.colours:
            out.write(COLOURS_OFF)
        if self.summary:
            out.write(summary(printer.counts()))
        return status

    def record(self, captures: Sequence[str]) -> int:
        # imported here, as the filter's grammar below: most runs only print, and small captures are read faster than this is loaded
        from firmer.detect.recording import Recording, write_recording
        from firmer.detect.rotation import BYTES_PER_MB, Rotation

        rotation = Rotation(self.file_size * BYTES_PER_MB, self.file_seconds, self.file_events, self.files)
        recording = Recording(self.write or "", rotation, self.compress, self.limit, seconds=self.seconds)
        if not captures:
            from firmer.detect.live import dialect_of, record_live
            from firmer.live.session import Watch

            options, watch = self.probe_options(), Watch(self.pid, self.cgroup, self.container)
            return record_live(recording, watch, options, lambda: self.condition(dialect_of(options)), self.stretch)
        return write_recording(recording, captures, self.condition, self.stretch)

    def probe_options(self) -> Options:
        """Calls tell their beginnings where these are asked for, or the time since is."""
        from firmer.detect.live import DIALECT
        from firmer.live.probe import Options

        enters = self.enters or self.time == "d"
        if not enters:
            shown = [slot.field for slot in Format(self.format, DIALECT).slots] if self.write is None else []
            enters = any(field.measures for field in (*shown, *self.filter_fields()))
        return Options(snaplen=self.snaplen, enters=enters, page_faults=self.page_faults)

    def filter_fields(self) -> list[Field]:
        from firmer.fields import catalog
        from firmer.filter.sysdig import check_sysdig

        used = []

        def find(text: str, dialect: str) -> tuple[Field, str | None]:
            field, argument = catalog.find(text, dialect)
            used.append(field)
            return field, argument

        if self.filter:
            check_sysdig(self.filter, find=find)
        return used

    def printer(self, out: BinaryIO, condition: Condition | None, dialect: str = "sysdig") -> Printer:
        text = self.format if dialect == "sysdig" else self.format.replace("\\e", "\x1b")
        form = Format(text, dialect)
        if self.json:
            from firmer.fields.format_json import JsonFormat

            form = JsonFormat(text, dialect)
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

    @property
    def stretch(self) -> Stretch | None:
        return Stretch(self.begin, self.end) if self.begin or self.end else None

    def condition(self, dialect: str = "sysdig") -> Condition | None:
        if not self.filter or (self.display and self.write is not None):  # as in sysdig, -d is about what is shown
            return None
        from firmer.filter.sysdig import check_sysdig

        return Condition(check_sysdig(self.filter), AtomTable(dialect))


def tell_hidden(state: State) -> None:
    """One line about what sysdig 0.29.3 cannot know, and the capture tells."""
    hidden = []
    if state.unknown_types:
        hidden.append(f"{state.unknown_types:,} events of types that sysdig 0.29.3 does not know")
    if state.lone_exits:
        hidden.append(f"the descriptors and ids of {state.lone_exits:,} exits without their enter event")
    if hidden:
        print(f"firmer: as in sysdig, not shown: {' and '.join(hidden)}; --complete shows all", file=sys.stderr)
