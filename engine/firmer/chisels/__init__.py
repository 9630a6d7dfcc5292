"""Chisels: sysdig's Lua scripts."""
