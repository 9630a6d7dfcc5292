"""Rules read anew while events go on: compiled aside, in a thread, and handed over when they are ready."""

from __future__ import annotations

import threading
from collections.abc import Callable

from firmer.errors import FirmerError
from firmer.rules.ruleset import RuleSet


class Reload:
    """One at a time; what is asked for meanwhile is done once, afterwards.

    load  gives the new rule set, or raises
    """

    def __init__(self, load: Callable[[], RuleSet]) -> None:
        self.load = load
        self.thread: threading.Thread | None = None
        self.again = False
        self.outcome: RuleSet | FirmerError | OSError | None = None

    def ask(self) -> None:
        if self.thread is not None:
            self.again = True
            return
        self.again = False
        self.thread = threading.Thread(target=self.work, name="rules", daemon=True)
        self.thread.start()

    def work(self) -> None:
        try:
            self.outcome = self.load()
        except (FirmerError, OSError) as error:
            self.outcome = error

    def poll(self) -> RuleSet | FirmerError | OSError | None:
        """What came of it, once; None while there is nothing to tell."""
        if self.thread is None or self.thread.is_alive():
            return None
        self.thread, outcome = None, self.outcome
        self.outcome = None
        if self.again:
            self.ask()  # the files changed once more: what was read may be half of the old and half of the new
            return None
        return outcome
