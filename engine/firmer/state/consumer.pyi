class Consumer:
    wanted: bytes | None
