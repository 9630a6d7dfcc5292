"""The demo: a story of an attack, as a capture that comes with the program."""
