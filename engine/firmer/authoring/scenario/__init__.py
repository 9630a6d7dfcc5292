"""Captures from a story: processes that clone, exec, open and connect become the events a kernel would have reported."""

from firmer.authoring.scenario.host import Host
from firmer.authoring.scenario.layout import CLASSIC, EVERYWHERE, TODAY

__all__ = ["CLASSIC", "EVERYWHERE", "TODAY", "Host"]
