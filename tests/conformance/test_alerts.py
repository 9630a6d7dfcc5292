"""Alerts are those of real Falco: each found, none extra, every field and the text the same.

`../shared/goldens` holds what Falco raised; a rule set whose language a later change completes stands in LATER.
"""

import json
from functools import cache
from pathlib import Path

import pytest
from conftest import SHARED

from firmer.detect.replay import replay
from firmer.rules.load import load_rules
from firmer.rules.ruleset import RuleSet

OPTIONS: dict[str, dict[str, object]] = {
    "all_matchall": {"rule_matching": "all"},
    "all_enabled_matchall": {"rule_matching": "all"},
    "all_suggested": {"options": ["append_output=[{suggested_output: true}]"]},
    "language": {"rule_matching": "all"},
}
LINK_BYTES = 60
LATER = {"all_enabled_matchall_hosts"}  # names of hosts come from a file
GOLDENS = sorted(
    golden for golden in (SHARED / "goldens").glob("*.jsonl") if golden.name.removesuffix(".jsonl").rsplit(".", 1)[1] not in LATER
)


def followed(path: Path) -> Path:
    """Where a link points, also in copies that hold links as files with the target's name in them."""
    if path.is_file() and path.stat().st_size < LINK_BYTES:
        target = path.parent / path.read_text().strip()
        return target if target.exists() else path
    return path


@cache
def rules(name: str) -> RuleSet:
    folder = followed(SHARED / "rulesets" / name)
    files = [str(followed(path)) for path in sorted(folder.glob("*.yaml"))]
    return load_rules(files, hostname="replay", **OPTIONS.get(name, {}))


@pytest.mark.skipif(not GOLDENS, reason="no ../shared beside the repository")
@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.stem)
def test_alerts_are_falcos(golden: Path):
    capture, ruleset = golden.stem.rsplit(".", 1)
    found: list[dict[str, object]] = []
    replay(str(SHARED / "captures" / f"{capture}.scap"), rules(ruleset), lambda alert: found.append(json.loads(alert.json_line())))
    assert found == [json.loads(line) for line in golden.read_text().splitlines()]
