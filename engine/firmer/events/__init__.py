"""The event table, names of flags and calls, and what a capture says of its host before the first event."""
