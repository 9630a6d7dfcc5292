"""Command lines that start fast: options declared once, read here where they are plain.

Importing click takes as long as all modules of a room. What is not plain goes to click, made from the same declarations: help, mistakes,
several letters behind one dash. So what a command line means and what is said about a wrong one is click's alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from firmer.record import record

TYPE_CHECKING = False  # spares the import of typing
if TYPE_CHECKING:
    from typing import Any


@record(frozen=True, slots=True)
class Option:
    """One option. A switch takes no value: it has no `value`, and no choices.

    names    "-r --rules"; the last one, with underscores, is the parameter of the command's function
    value    what help calls the value
    take     makes the parameter of the text; raises ValueError with words for the user
    many     may be repeated; the parameter is a tuple
    """

    names: str
    help: str
    value: str = ""
    default: str | None = None
    take: Callable[[str], Any] = str
    choices: tuple[str, ...] = ()
    many: bool = False
    required: bool = False

    @property
    def key(self) -> str:
        return self.names.split()[-1].lstrip("-").replace("-", "_")

    @property
    def is_switch(self) -> bool:
        return not self.value and not self.choices


@record(frozen=True, slots=True, eq=False)
class Command:
    """A verb's options and the function that gets them by name; its docstring is the help. All other words are `words`, at least one."""

    name: str
    words: str
    options: tuple[Option, ...]
    run: Callable[..., int]
    example: str

    def __call__(self, args: Sequence[str]) -> int:
        """Exit status."""
        found = self.read(args)
        if found is None:
            from firmer.ui.cli.clicked import made, run

            return run(made(self), f"firmer {self.name}", args)
        return self.run(**found)

    def read(self, args: Sequence[str]) -> dict[str, Any] | None:
        """The function's parameters; None where that is for click to say."""
        named = {name: option for option in self.options for name in option.names.split()}
        texts: dict[str, list[str]] = {}
        words: list[str] = []
        rest = iter(args)
        for word in rest:
            if not word.startswith("-") or word == "-":
                words.append(word)
                continue
            name, equals, text = word.partition("=") if word.startswith("--") else (word, "", "")
            option = named.get(name)
            if option is None or (option.is_switch and equals):
                return None
            if not option.is_switch and not equals:
                text = next(rest, "-")
                if text.startswith("-"):
                    return None
            texts.setdefault(option.key, []).append(text)
        if not words:
            return None
        values = {option.key: taken(option, texts.get(option.key, [])) for option in self.options}
        return None if any(value is ODD for value in values.values()) else {self.words: tuple(words), **values}


ODD = object()


def taken(option: Option, texts: list[str]) -> Any:
    """The parameter of one option; ODD where click has something to say."""
    if option.is_switch:
        return bool(texts)
    if option.required and not texts:
        return ODD
    if not texts and option.default is not None:
        texts = [option.default]
    if option.choices and not set(texts) <= set(option.choices):
        return ODD
    try:
        values = [option.take(text) for text in texts]
    except ValueError:
        return ODD
    if option.many:
        return tuple(values)
    return values[-1] if values else None
