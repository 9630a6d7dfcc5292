"""Outputs: where alerts go. An output knows alerts, and nothing of where they come from."""
