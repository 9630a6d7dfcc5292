"""Thin faces: command line, terminal, web. They never import each other."""
