"""Replays damaged captures under rules in one process: state, filters, fields, outputs and dumps on hostile bytes.

usage: replay_capture.py RULES FOLDER [--seed N] [--count N] [--seconds N]

Each round takes a capture of the folder, damages it (bytes, lengths, cuts, blocks moved about) and replays it, every third time with dumps.
Nothing but BadCapture's message may come out of it. A round that raises is kept as crash-SEED-ROUND.scap and ends the run with status 1.
Meant for a build with FIRMER_SAFE=1; a round takes milliseconds.
"""

import argparse
import gzip
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path
from struct import error as too_short
from struct import unpack_from

from firmer.alert import Alert
from firmer.detect.context import Window
from firmer.detect.replay import ContextOptions, Report, replay
from firmer.rules.load import load_rules
from firmer.rules.ruleset import RuleSet

EDGES = (0, 1, 2, 7, 8, 12, 26, 127, 128, 255, 256, 0x7FFF, 0x8000, 0xFFFF)


def blocks_of(content: bytes) -> list[bytes]:
    found, at = [], 0
    try:
        while at < len(content):
            size = max(12, unpack_from("<I", content, at + 4)[0])
            found.append(content[at : at + size])
            at += size
    except too_short:
        found.append(content[at:])
    return found


def damaged(blocks: list[bytes], chance: random.Random) -> bytes:
    """The capture with up to a dozen changes; most keep it readable, so that what is behind the reader sees them."""
    blocks = list(blocks)
    for _ in range(chance.randrange(1, 12)):
        at = chance.randrange(len(blocks))
        block = bytearray(blocks[at])
        what = chance.randrange(8)
        if what == 0:
            blocks.insert(chance.randrange(len(blocks)), bytes(block))
        elif what == 1 and len(blocks) > 1:
            del blocks[at]
        elif what == 2:
            other = chance.randrange(len(blocks))
            blocks[at], blocks[other] = blocks[other], blocks[at]
        elif what == 3 and len(block) > 36:  # a value, lengths kept
            place = chance.randrange(32, len(block) - 4)
            block[place] = chance.randrange(256)
        elif what == 4 and len(block) > 36:  # type, thread or time of an event
            place = chance.choice((10, 14, 18, 22, 30))
            block[place] = chance.randrange(256)
        elif what == 5 and len(block) > 40:  # length of a parameter moved to its neighbour
            place = chance.randrange(36, len(block) - 4) & ~1
            block[place] ^= 1 << chance.randrange(4)
            block[place - 2] ^= 1 << chance.randrange(4)
        elif what == 6:
            place = chance.randrange(len(block))
            block[place : place + 2] = chance.choice(EDGES).to_bytes(2, "little")
        elif chance.randrange(10) == 0:
            block = block[: chance.randrange(len(block))]
        if what >= 3:
            blocks[at] = bytes(block)
    return b"".join(blocks)


def one_round(path: Path, rules: RuleSet, chance: random.Random, folder: str) -> Report:
    context = None
    if chance.randrange(3) == 0:
        context = ContextOptions(folder, Window(events=chance.randrange(50)), Window(ns=chance.randrange(10**9)))

    def take(alert: Alert) -> None:
        alert.json_line()
        alert.text_line()

    report = replay(str(path), rules, take, context)
    for dump in report.dumps:
        Path(dump).unlink()
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rules")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=1e9)
    args = parser.parse_args()
    rules = load_rules([args.rules], rule_matching="all")
    sources = []
    for path in sorted(args.folder.glob("*.scap")):
        content = path.read_bytes()
        sources.append(blocks_of(gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content))
    total, begin, done = Report(), time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(args.count):
            if time.monotonic() - begin > args.seconds:
                break
            chance = random.Random(f"{args.seed} {number}")
            content = damaged(chance.choice(sources), chance)
            path = Path(folder, "damaged.scap")
            path.write_bytes(content)
            try:
                total.add(one_round(path, rules, chance, folder))
            except Exception:  # noqa: BLE001 - whatever it is, it is a defect: kept and told
                traceback.print_exc()
                Path(f"crash-{args.seed}-{number}.scap").write_bytes(content)
                return 1
            done += 1
    spent = time.monotonic() - begin
    print(f"{done:,} rounds in {spent:.0f} s, {len(total.errors):,} damaged")
    print(f"{total.events:,} events, {total.alerts:,} alerts, {len(total.dumps):,} dumps")
    return 0


if __name__ == "__main__":
    sys.exit(main())
