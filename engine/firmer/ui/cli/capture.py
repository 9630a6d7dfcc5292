"""`firmer capture`: tools on captures."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import click

from firmer.detect.point import Point
from firmer.errors import BadCapture, UsageError

TYPES_SHOWN = 12


class PointParam(click.ParamType[Point]):
    name = "when"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Point:
        if isinstance(value, Point):
            return value
        try:
            return Point.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


WHEN = "a time, +SECONDS since the first event, or #NUMBER of an event"
Command = Callable[..., int]


def output(command: Command) -> Command:
    """What all have that write a capture."""
    command = click.option("-z", "--compress", is_flag=True, help="gzip it")(command)
    return click.option("-w", "--write", "written", required=True, metavar="FILE", help="the capture to write")(command)


@click.group()
def command() -> None:
    """Look at captures, cut pieces out of them, put them together, bring them to another layout."""


@command.command("info", epilog="firmer capture info attack.scap")
@click.argument("paths", nargs=-1, required=True, metavar="CAPTURE...")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
def info(paths: tuple[str, ...], as_json: bool) -> int:
    """Tell what captures are: machine, layout, events, times, what is odd.

    The exit status is 1 when one is damaged.
    """
    from firmer.detect.capture_info import capture_info

    damaged = False
    for path in paths:
        found = capture_info(path)
        damaged |= bool(found.damage)
        if as_json:
            print(json.dumps({**asdict(found), "written_by": found.written_by}))
        else:
            print("\n".join(described(found)))
    return int(damaged)


@command.command("cut", epilog="firmer capture cut --from +60s --to +90s -w piece.scap attack.scap")
@click.argument("path", metavar="CAPTURE")
@click.option("--from", "begin", type=PointParam(), metavar="WHEN", help=f"begin at {WHEN}")
@click.option("--to", "end", type=PointParam(), metavar="WHEN", help="end there")
@output
def cut(path: str, begin: Point | None, end: Point | None, written: str, compress: bool) -> int:
    """Write a piece of a capture that explains itself: it begins with the state as of its first event."""
    from firmer.detect.recording import Recording, write_recording
    from firmer.detect.stretch import Stretch

    if begin is None and end is None:
        raise UsageError("nothing to cut: say where with --from, --to or both")
    return write_recording(Recording(written, compress=compress, progress=sys.stderr.isatty()), [path], stretch=Stretch(begin, end))


@command.command("merge", epilog="firmer capture merge -w whole.scap part.scap0 part.scap1 part.scap2")
@click.argument("paths", nargs=-1, required=True, metavar="CAPTURE...")
@output
def merge(paths: tuple[str, ...], written: str, compress: bool) -> int:
    """Put captures together by time, as sections of one file; each keeps the state that it begins with.

    They may not overlap in time: threads of two hosts, or of two recordings of one, cannot share a state.
    """
    from firmer.detect.capture_info import in_order, is_file
    from firmer.detect.recording import Recording, write_recording

    for path in paths:
        if not is_file(path):
            raise UsageError(f"{path}: no such file; captures are put in order by their times, so each is read twice")
    try:
        infos = in_order(list(paths))
    except ValueError as error:
        raise UsageError(f"{error}; cut what they have in common from one of them") from error
    names = {host.hostname for found in infos for host in found.hosts}
    if len(names) > 1:
        print(f"firmer: the captures come from several hosts: {', '.join(sorted(names))}", file=sys.stderr)
    return write_recording(Recording(written, compress=compress, progress=sys.stderr.isatty()), [found.path for found in infos])


@command.command("convert", epilog="firmer capture convert --to today -w new.scap old.scap")
@click.argument("path", metavar="CAPTURE")
@click.option(
    "--to", "layout", type=click.Choice(["today", "sysdig"]), required=True, help="today's events, or those that sysdig 0.29.3 needs"
)
@output
def convert(path: str, layout: str, written: str, compress: bool) -> int:
    """Bring a capture to another layout, and tell what became of its events.

    today: exit events that carry all, what they lacked taken from their enter events. sysdig: enter events are added where there are none.
    """
    from firmer.capture.reader import Reader
    from firmer.capture.writer import Writer
    from firmer.detect.convert import Classic, Today
    from firmer.detect.pipeline import Pipeline
    from firmer.state.state import State

    with Reader(path) as reader, Writer(written, compress=compress, enters=layout == "sysdig") as writer:
        consumer = Today(writer) if layout == "today" else Classic(writer)
        try:
            events = Pipeline(reader, State("falco" if layout == "today" else "sysdig"), [consumer]).run()
            status = 0
        except BadCapture as error:
            print(f"firmer: {error}", file=sys.stderr)
            status, events = 1, 0
        notes = {**consumer.notes, **writer.notes}
        gone = reader.events - events if layout == "today" and not status else 0
    if gone:
        notes["enter events whose values are in their exits now"] = gone
    for what, count in notes.items():
        print(f"{count:>10,}  {what}")
    return status


@command.command("anonymise", epilog="firmer capture anonymise --key-file key -w shareable.scap attack.scap")
@click.argument("path", metavar="CAPTURE")
@click.option("--key-file", metavar="FILE", help="the key, so that several captures agree  [default: a new random one, which nobody keeps]")
@output
def anonymise_capture(path: str, key_file: str | None, written: str, compress: bool) -> int:
    """Replace names of users and hosts, addresses, paths, arguments and payloads by a keyed hash; tell what is left."""
    from firmer.capture.reader import Reader
    from firmer.capture.writer import Writer
    from firmer.detect.anonymise import LEFT, Anonymiser, anonymise

    key = Path(key_file).read_bytes() if key_file else os.urandom(32)
    if not key.strip():
        raise UsageError(f"{key_file}: an empty key hides nothing")
    anonymiser = Anonymiser(key)
    status = 0
    with Reader(path) as reader, Writer(written, compress=compress) as writer:
        try:
            anonymise(reader, writer, anonymiser)
        except BadCapture as error:
            print(f"firmer: {error}", file=sys.stderr)
            status = 1
    for what, count in sorted(anonymiser.replaced.items()):
        print(f"{count:>10,}  {what} replaced")
    print("Left as they were:")
    for what in LEFT:
        print(f"  {what}")
    return status


def described(found: Any) -> list[str]:
    lines = [f"{found.path}: {found.stored_bytes:,} bytes", f"  events      {found.events:,} in {found.event_bytes:,} bytes"]
    if found.first_ts:
        seconds = (found.last_ts - found.first_ts) / 1e9
        lines.append(f"  time        {stamp(found.first_ts)} to {stamp(found.last_ts)}, {seconds:,.3f} s")
    lines += [f"  layout      {count:,} {layout}" for layout, count in found.layouts.items()]
    if found.written_by:
        lines.append(f"  written by  {found.written_by}")
    for host in found.hosts:
        lines.append(f"  host        {shown(host.hostname) or 'not told'}, {host.cpus} CPUs, {host.memory_bytes >> 20:,} MB")
        lines.append(f"  its state   {host.processes:,} processes, {host.threads:,} threads, {host.descriptors:,} descriptors,")
        lines.append(f"              {host.users} users, {host.groups} groups, {len(host.interfaces)} interface addresses")
    lines += [f"  {count:>10,}  {name}" for name, count in list(found.types.items())[:TYPES_SHOWN]]
    if len(found.types) > TYPES_SHOWN:
        lines.append(f"              and {len(found.types) - TYPES_SHOWN} more types")
    lines += [f"  odd         {what}: {count:,}" for what, count in sorted(found.odd.items())]
    if found.damage:
        lines.append(f"  damaged     {found.damage}")
    return lines


def stamp(ts: int) -> str:
    """UTC, down to the nanosecond; times that no calendar has as their number."""
    try:
        when = datetime.fromtimestamp(ts // 10**9, timezone.utc)
    except (ValueError, OverflowError, OSError):
        return f"{ts} ns"
    return f"{when:%Y-%m-%d %H:%M:%S}.{ts % 10**9:09d} UTC"


def shown(text: str) -> str:
    """Text that a capture brings, without what a terminal would obey."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)
