from firmer.fields.registry import Field

FIELDS: tuple[Field, ...]
