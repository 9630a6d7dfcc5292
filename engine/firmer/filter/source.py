"""Where a condition was written, so that a place inside of it can be shown."""

from firmer.errors import Place


class Source:
    """A text and the file that it stands in; a subclass knows how its text lies in the file (see the rules loader)."""

    def __init__(self, text: str, file: str = "condition") -> None:
        self.text = text
        self.file = file

    def place(self, at: int, length: int) -> tuple[Place, str]:
        """The place of `length` characters from `at`, and the line that it stands in. Never reaches over the end of the line."""
        at = min(max(at, 0), len(self.text))
        line = self.text.count("\n", 0, at) + 1
        start = self.text.rfind("\n", 0, at) + 1
        end = self.text.find("\n", at)
        shown = self.text[start : end if end >= 0 else len(self.text)]
        return Place(self.file, line, at - start + 1, max(1, min(length, len(shown) - (at - start)))), shown
