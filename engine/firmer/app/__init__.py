"""The daemon: where source, state, rules, context and outputs are put together."""
