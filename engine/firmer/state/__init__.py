"""The host as the events tell it: threads, descriptors, users, containers."""
