"""A running host as a source: the eBPF probe, its rings, and what /proc tells of the time before."""
