"""Where the rules are that come with firmer."""

import sys
from pathlib import Path

from firmer.errors import FirmerError

SOURCE_TREE = Path(__file__).resolve().parents[3]
PLACES = (SOURCE_TREE / "rules", Path(sys.prefix) / "share" / "firmer" / "rules")  # beside the source, or as installed


def rules_folder(places: tuple[Path, ...] = PLACES) -> Path:
    """The first of the places where rules lie."""
    for place in places:
        if any(place.glob("*.yaml")):
            return place
    raise FirmerError(f"the bundled rules are not where they were installed: {places[-1]}")
