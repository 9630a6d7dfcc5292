from collections.abc import Callable

from firmer.fields.registry import Field

FIELDS: tuple[Field, ...]

def set_resolver(names: Callable[[bytes], bytes | None] | None) -> None: ...
