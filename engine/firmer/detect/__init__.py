"""The pipeline: sources → state → consumers → outputs."""
