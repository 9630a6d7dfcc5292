"""A scan beside the loop."""

import pytest

from firmer.events.section import Section
from firmer.live.scan import Scan
from firmer.live.scanner import Scanner, boot_ns


def test_it_gives_what_the_scan_found():
    found = Scan(Section())
    scanner = Scanner(lambda: found)
    scanner.join()
    assert scanner.result() is found
    assert scanner.began <= scanner.ended <= boot_ns()


def test_it_raises_what_the_scan_raised():
    def scan():
        raise PermissionError(13, "no", "/proc")

    scanner = Scanner(scan)
    scanner.join()
    assert scanner.ended
    with pytest.raises(PermissionError):
        scanner.result()
