"""The compiled modules out of one library, which `make build` links: opening a hundred files takes a quarter of a short run's time.

The library holds what bundle.txt names, each with the time of the module's own file (mtime, ns) when it was linked. An own file that is of another
time counts, and when it is gone so is the module: whoever builds single modules sees what was built. Without the library all are files.
"""

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, ModuleSpec

FOLDER = os.path.dirname(os.path.abspath(__file__))


class Bundle:
    """Finds modules in the library; goes into sys.meta_path."""

    def __init__(self, library: str, members: dict[str, int], folder: str) -> None:
        self.library = library
        self.members = members
        self.root = os.path.dirname(folder)

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        linked = self.members.get(name)
        if linked is None:
            return None
        try:
            own = os.stat(os.path.join(self.root, name.replace(".", "/") + EXTENSION_SUFFIXES[0]))
        except OSError:
            return None
        if own.st_mtime_ns != linked:
            return None
        spec = ModuleSpec(name, ExtensionFileLoader(name, self.library), origin=self.library)
        spec.has_location = True
        return spec


def use(folder: str = FOLDER) -> None:
    """From here on compiled modules come out of the library, if there is one."""
    library = os.path.join(folder, "_modules.so")
    try:
        with open(os.path.join(folder, "bundle.txt"), encoding="ascii") as file:
            members = {name: int(time) for name, time in map(str.split, file)}
    except OSError:
        return
    if os.path.exists(library):
        sys.meta_path.insert(0, Bundle(library, members, folder))
