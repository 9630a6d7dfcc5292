"""Conditions: parsing, checking, and evaluating them natively over events."""
