"""Alerts as notifications of any service that Apprise knows: mail, chat, pagers, plain HTTP.

What comes within a pause goes out as one notification with a count. Texts go as plain text: Apprise escapes them for services that read
HTML or Markdown. Apprise takes a third of a second to load; it is loaded when an output asks for it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from msgspec import Meta

from firmer.alert import PRIORITIES, Alert
from firmer.errors import FirmerError, UsageError
from firmer.outputs.settings import Output, OutputSettings, Seconds

if TYPE_CHECKING:
    import apprise

SHOWN = 20  # alerts of a notification that stand there in full
LONGEST = 1000  # characters of one of them: services cut long texts anywhere
TIMEOUT_S = 10.0


class AppriseSettings(OutputSettings, frozen=True, kw_only=True, tag="apprise"):
    """Notifications, by [Apprise's addresses](https://github.com/caronc/apprise/wiki)."""

    urls: Annotated[
        tuple[str, ...], Meta(description="where to; each has a queue of its own, so that a slow one holds up no other", min_length=1)
    ]
    every: Annotated[Seconds, Meta(description="least time between two notifications; alerts of the meantime go as one, counted")] = (
        Seconds(10)
    )

    def check(self) -> None:
        self.open()  # reads the addresses, connects to nothing

    def open(self) -> list[Output]:
        return [Notifications(url, self.every) for url in self.urls]


class NotDelivered(FirmerError):
    """A service did not take a notification."""


class Notifications:
    def __init__(self, url: str, pause_s: float) -> None:
        import apprise  # late: see above

        logging.getLogger("apprise").setLevel(logging.CRITICAL)  # what it has to say we tell, without the address's secrets
        self.apprise = apprise.Apprise(asset=apprise.AppriseAsset(app_id="firmer", app_desc="firmer", async_mode=False))
        if not self.apprise.add(url):
            raise UsageError(f"'{scheme(url)}' is no address that Apprise understands")
        self.name = str(self.apprise[0].url(privacy=True)).partition("?")[0]  # type: ignore[no-untyped-call]
        self.pause_s = pause_s
        self.kinds = kinds(apprise.NotifyType)

    def send(self, alerts: Sequence[Alert]) -> None:
        import apprise

        worst = min(alerts, key=lambda alert: PRIORITIES.index(alert.priority))
        result = self.apprise.notify(
            title=title(alerts, worst),
            body=body(alerts),
            notify_type=self.kinds[worst.priority],
            body_format=apprise.NotifyFormat.TEXT,
            interpret_escapes=False,
            timeout=TIMEOUT_S,
        )
        if not result:
            raise NotDelivered(f"{self.name}: the notification was not taken ({result.status.name.lower()})")

    def reopen(self) -> None:
        """There is nothing that stays open."""

    def close(self) -> None:
        """There is nothing that stays open."""


def title(alerts: Sequence[Alert], worst: Alert) -> str:
    if len(alerts) == 1:
        return f"{worst.priority}: {printable(worst.rule)} on {printable(worst.hostname)}"
    return f"{len(alerts):,} alerts, worst {worst.priority}: {printable(worst.rule)} on {printable(worst.hostname)}"


def body(alerts: Sequence[Alert]) -> str:
    lines = [text(alert) for alert in alerts[:SHOWN]]
    if len(alerts) > SHOWN:
        rest = Counter(printable(alert.rule) for alert in alerts[SHOWN:])
        lines.append(f"and {len(alerts) - SHOWN:,} more:")
        lines += [f"  {rule}: {count:,}" for rule, count in rest.most_common(SHOWN)]
    return "\n".join(lines)


def text(alert: Alert) -> str:
    line = alert.text_line().decode().rstrip("\n")
    shown = line if len(line) <= LONGEST else f"{line[:LONGEST]}…(+{len(line) - LONGEST:,})"
    return f"{shown}\nwhat happened around it: {alert.capture}" if isinstance(alert.capture, str) else shown


def printable(name: str) -> str:
    """A name as part of one line: whoever wrote a rule is trusted with the text, not with the terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in name)


def kinds(types: type[apprise.NotifyType]) -> dict[str, apprise.NotifyType]:
    """Which of Apprise's kinds, that services show as a colour or a sign, stands for each priority."""
    failures = PRIORITIES[: PRIORITIES.index("Error") + 1]
    return {name: types.FAILURE if name in failures else types.WARNING if name == "Warning" else types.INFO for name in PRIORITIES}


def scheme(url: str) -> str:
    """What may be said of an address that could not be read: its beginning. The rest may be a password."""
    return url.partition("://")[0][:20] + "://…"
