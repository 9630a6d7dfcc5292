from firmer.fields.registry import Field

FIELDS: tuple[Field, ...]

def label_length(text: str) -> int: ...
