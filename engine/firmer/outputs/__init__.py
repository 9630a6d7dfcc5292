"""Where alerts go: one file an output, and the threads that keep a slow one from holding anything up."""
