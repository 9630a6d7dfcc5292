"""`.scap` captures: reading, writing, rotation, and the ring that keeps what happened before an alert."""
