from dataclasses import dataclass as record
from dataclasses import field as field
from dataclasses import replace as replace

__all__ = ["field", "record", "replace"]
