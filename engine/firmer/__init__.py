"""firmer: a detection engine for Linux hosts."""

__version__ = "0.1.0"
