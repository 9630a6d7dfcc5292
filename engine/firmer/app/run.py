"""One run of the daemon: source → state → rules → outputs, what signals ask for, and counters now and then."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from firmer.alert import Alert
from firmer.app.reload import Reload
from firmer.app.settings import Config
from firmer.app.signals import Signals
from firmer.capture.reader import Reader
from firmer.detect.context import Context
from firmer.detect.pipeline import Pipeline
from firmer.detect.replay import Report
from firmer.errors import FirmerError
from firmer.live.source import LiveSource
from firmer.outputs.delivery import LAST_CHANCE_S, Delivery
from firmer.rules.bundled import rules_folder
from firmer.rules.load import load_rules
from firmer.rules.ruleset import RuleSet
from firmer.state.state import State

Tell = Callable[[FirmerError | OSError | str], object]


class Probe(Protocol):
    """What a run needs of a live source's probe (app.live.Live)."""

    def want(self, wanted: bytes) -> None:
        """Fill the slots of these event keys, and no others."""

    def absent(self) -> list[str]:
        """Tracepoints that rules need and this kernel does not have."""

    def losses(self) -> dict[str, int]:
        """What did not reach us, by cause."""

    def missing(self) -> int:
        """Events lost since the host was looked at last: what the state may not know."""

    def tick(self, state: State) -> FirmerError | None:
        """What is to be done now and then, and what is wrong."""

    @property
    def notes(self) -> dict[str, int]:
        """For the summary."""


def rules_of(config: Config) -> RuleSet:
    """Raises BadInput, UsageError or OSError."""
    paths = config.rules_files or (str(rules_folder()),)
    return load_rules(paths, rule_matching=config.rule_matching, priority=config.priority)


class Run:
    """
    source   a capture's reader or the live source
    rules    the first rule set; SIGHUP loads others
    tell     for people: errors, and lines of text
    signals  in force already: a start takes a while
    probe    behind a live source; None: events come from a capture, which waits where a host would not
    """

    def __init__(
        self,
        config: Config,
        source: Reader | LiveSource,
        rules: RuleSet,
        tell: Tell,
        signals: Signals,
        probe: Probe | None = None,
    ) -> None:
        self.config = config
        self.rules = rules
        self.tell = tell
        self.probe = probe
        self.report = Report()
        self.signals = signals
        self.reload = Reload(lambda: rules_of(config))
        self.context = context_of(config, enters=probe is not None)
        self.state = State("falco")
        self.source = source
        self.pipeline = Pipeline(source, self.state, [rules], self.context, self.tick)
        self.deliveries = [
            Delivery(output, settings.wants, patient=probe is None) for settings in config.outputs for output in settings.open()
        ]
        self.began = self.told_at = time.monotonic()
        self.told_events = 0
        self.told_begin = probe is None

    def run(self) -> Report:
        """Until the source ends or a signal asks for the end; all that was raised is delivered, or counted as lost."""
        self.rules.sink = self.raise_alert
        self.began = self.told_at = time.monotonic()
        try:
            self.pipeline.run()
        except FirmerError as error:  # a damaged capture; the process that looks at the host is gone
            self.report.errors.append(str(error))
        finally:
            self.close()
        return self.report

    def raise_alert(self, alert: Alert) -> None:
        if self.context is not None:
            self.source.give_back()  # a dump takes a while: the rings get all the room that there is
            self.context.attach(alert, self.pipeline.event, self.state)
        if self.probe is not None:
            alert.events_lost = self.probe.missing() or None
        self.report.count(alert)
        for delivery in self.deliveries:
            delivery.put(alert)

    # between two steps of the pipeline

    def tick(self) -> None:
        if not self.told_begin and isinstance(self.source, LiveSource) and self.source.scans:
            self.told_begin = True
            self.tell(f"{len(self.rules.rules)} rules in force")
            self.tell_absent()
        if self.signals.end:
            self.end()
        if self.signals.reload:
            self.signals.reload = False
            self.reload.ask()
            for delivery in self.deliveries:
                delivery.reopen()
        outcome = self.reload.poll()
        if isinstance(outcome, RuleSet):
            self.exchange(outcome)
        elif outcome is not None:
            self.tell(outcome)
            self.tell(f"these rules were not taken; the {len(self.rules.rules)} of before stay in force")
        if self.probe is not None and (wrong := self.probe.tick(self.state)) is not None:
            self.tell(wrong)
        if self.config.stats and time.monotonic() - self.told_at >= self.config.stats:
            self.tell_counters()

    def end(self) -> None:
        """Of the host all is still taken that happened by now; of a capture nothing more."""
        if self.probe is None:
            self.pipeline.stop()
        else:
            self.source.stop()

    def exchange(self, rules: RuleSet) -> None:
        """No event falls between: the probe sends for both sets while one takes the other's place."""
        if self.probe is not None:
            self.probe.want(bytes(map(max, self.rules.wanted, rules.wanted)))
        rules.sink = self.raise_alert
        self.pipeline.serve([rules])
        self.rules.sink = None
        self.rules = rules
        if self.probe is not None:
            self.probe.want(rules.wanted)
            self.tell_absent()
        for problem in rules.warnings:
            self.tell(f"{problem.place.file}:{problem.place.line}: {problem.text}")
        self.tell(f"{len(rules.rules)} rules read anew")

    def tell_absent(self) -> None:
        for name in self.probe.absent() if self.probe is not None else ():
            self.tell(f"this kernel has no tracepoint {name}: rules do not see its events")

    def tell_counters(self) -> None:
        now, events = time.monotonic(), self.source.events
        rate = (events - self.told_events) / max(now - self.told_at, 0.001)
        self.told_at, self.told_events = now, events
        parts = [f"{events:,} events ({rate:,.0f}/s)", f"{self.report.alerts:,} alerts"]
        parts += [f"{name}: {count:,}" for name, count in sorted(self.lost().items())]
        parts += [f"{each.output.name}: {each.sent:,} sent" for each in self.deliveries]
        self.tell("; ".join(parts))

    def lost(self) -> dict[str, int]:
        """What did not reach us or did not go out, by cause; zeros are left out."""
        counts = dict(self.probe.losses()) if self.probe is not None else {}
        for each in self.deliveries:
            counts[f"alerts not delivered to {each.output.name} ({each.why})"] = each.lost
        return {name: count for name, count in counts.items() if count}

    def close(self) -> None:
        """Finish captures, deliver what is queued, add up."""
        report = self.report
        self.rules.sink = None
        if self.context is not None:
            self.context.finish()
            report.tell(self.context)
        deadline = time.monotonic() + LAST_CHANCE_S
        for delivery in self.deliveries:
            delivery.end()  # all at once: they share the time that is left
        for delivery in self.deliveries:
            delivery.close(deadline)
        report.seconds = time.monotonic() - self.began
        report.events = self.source.events
        report.notes.update(self.source.notes)
        report.notes.update({name: count for name, count in self.state.counters.items() if count})
        if self.probe is not None:
            report.notes.update(self.probe.notes)
        report.notes.update(self.lost())


def context_of(config: Config, enters: bool) -> Context | None:
    """Raises OSError when the folder cannot be used.

    enters  the source has no enter events: they are made for readers that need them
    """
    wanted = config.context
    if wanted is None:
        return None
    return Context(
        wanted.folder,
        wanted.before.window,
        wanted.after.window,
        # the compiled side takes plain numbers only
        limit_bytes=int(wanted.memory),
        largest_bytes=int(wanted.largest),
        total_bytes=int(wanted.total),
        enters=enters,
    )
