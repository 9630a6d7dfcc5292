from firmer.filter.tree import Atom

OP_NAMES: tuple[str, ...]

class Question:
    atom: Atom
