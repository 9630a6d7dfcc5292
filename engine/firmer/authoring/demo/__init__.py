"""The demo: an attack that was staged, and recorded live, as a capture that comes with the program."""

from pathlib import Path

CAPTURE = Path(__file__).with_name("attack.scap.gz")
