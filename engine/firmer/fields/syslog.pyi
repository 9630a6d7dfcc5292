from firmer.fields.registry import Field

FIELDS: tuple[Field, ...]

def split_message(message: bytes) -> tuple[int, int, bytes] | None: ...
