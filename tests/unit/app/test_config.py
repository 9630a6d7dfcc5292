"""The configuration file: every mistake with its place, all at once."""

import pytest

from firmer.app.config import load_config, printed
from firmer.app.settings import Config, ContextSettings, ProbeSettings, WatchSettings
from firmer.app.sizes import Reach, Size
from firmer.errors import BadInput
from firmer.outputs.apprise import AppriseSettings
from firmer.outputs.file import FileSettings
from firmer.outputs.settings import Seconds
from firmer.outputs.stdout import StdoutSettings

WHOLE = """
rules_files: [/etc/firmer/rules, local.yaml]
rule_matching: all
priority: notice
outputs:
  - {type: stdout, format: json}
  - type: file
    path: /var/log/firmer/alerts.json
    priority: warning
  - type: apprise
    urls: ["json://127.0.0.1/hook"]
    every: 30s
context:
  folder: /var/lib/firmer/dumps
  before: 1m
  after: 500
  memory: 64MB
  largest: 100MB
  total: 1GB
probe:
  ring: 16MB
  life_ring: 8MB
  snaplen: 200
  watch: {tree: 17}
user: firmer
stats: 0s
"""
CONFIG = Config(
    rules_files=("/etc/firmer/rules", "local.yaml"),
    rule_matching="all",
    priority="notice",
    outputs=(
        StdoutSettings(format="json"),
        FileSettings(path="/var/log/firmer/alerts.json", priority="warning"),
        AppriseSettings(urls=("json://127.0.0.1/hook",), every=Seconds(30)),
    ),
    context=ContextSettings(
        folder="/var/lib/firmer/dumps",
        before=Reach("1m"),
        after=Reach("500"),
        memory=Size(64 << 20),
        largest=Size(100 << 20),
        total=Size(1 << 30),
    ),
    probe=ProbeSettings(ring=Size(16 << 20), life_ring=Size(8 << 20), snaplen=200, watch=WatchSettings(tree=17)),
    user="firmer",
    stats=Seconds(0),
)


@pytest.fixture
def load(tmp_path):
    def load(text):
        (tmp_path / "firmer.yaml").write_bytes(text.encode() if isinstance(text, str) else text)
        return load_config(str(tmp_path / "firmer.yaml"))

    return load


def test_every_key(load):
    assert load(WHOLE) == CONFIG
    assert load(printed(CONFIG)) == CONFIG


@pytest.mark.parametrize("text", ["", "---\n", "# nothing\n"])
def test_an_empty_file_is_the_defaults(text, load):
    assert load(text) == Config()


PROBLEMS = [
    ("priorty: error", ["1:1 C001 unknown key 'priorty' | did you mean 'priority'?"]),
    ("outputs: [{type: stdout, fromat: json}]", ["1:26 C001 unknown key 'fromat' | did you mean 'format'?"]),
    ("outputs: [{type: fil, path: x}]", ["1:18 C002 invalid value 'fil' | did you mean 'file'?"]),
    ("outputs: [{path: x}]", ["1:11 C003 'type' is missing here | "]),
    ("outputs: [{type: file}]", ["1:11 C003 'path' is missing here | "]),
    ("outputs: [{type: file, path: ''}]", ["1:30 C002 expected `str` of length >= 1 | "]),
    ("outputs: []\nstats: 5", ["2:8 C002 '5' is no time; write 500ms, 30s, 2m or 1h | "]),
    ("priority: wrning", ["1:11 C002 invalid enum value 'wrning' | did you mean 'warning'?"]),
    ("context: {folder: x, total: 1XB}", ["1:29 C002 '1XB' is no size; write 512kB, 8MB or 2GB | "]),
    ("context: {folder: x, before: [1]}", ["1:30 C002 one text is expected here | "]),
    ("probe: {snaplen: 70000}", ["1:18 C002 expected `int` <= 65000 | "]),
    ("probe: {watch: {tree: x}}", ["1:23 C002 expected `int`, got `str` | "]),
    ("probe: 5", ["1:8 C002 expected `object`, got `str` | "]),
    ("stats: 5s\nstats: 6s", ["2:1 C004 'stats' stands here twice | "]),
    ("- a", ["1:1 C005 a configuration is one mapping of keys to values | "]),
    (
        "a: 1\nb: 2\n",
        [f"{line}:1 C001 unknown key '{key}' | known here: {', '.join(Config.__struct_fields__)}" for line, key in ((1, "a"), (2, "b"))],
    ),
    (
        "stats: soon\noutputs:\n  - type: file\n    pth: x\nuser: [a]",
        [
            "1:8 C002 'soon' is no time; write 500ms, 30s, 2m or 1h | ",
            "3:5 C003 'path' is missing here | ",
            "4:5 C001 unknown key 'pth' | did you mean 'path'?",
            "5:7 C002 expected `str | null`, got `array` | ",
        ],
    ),
]


@pytest.mark.parametrize(("text", "expected"), PROBLEMS, ids=[text[:40] for text, _ in PROBLEMS])
def test_mistakes(text, expected, load):
    with pytest.raises(BadInput) as caught:
        load(text)
    told = [f"{each.place.line}:{each.place.column} {each.code} {each.text} | {each.hint}" for each in caught.value.problems]
    assert told == expected


HOSTILE = [
    b"[" * 100_000,
    b"a: " * 50_000,
    b"a: &a [*a]",
    b"x: &x [1,1]\n" + b"".join(b"x%d: &x%d [%s]\n" % (k, k, b",".join([b"*x%d" % (k - 1) if k else b"*x"] * 50)) for k in range(9)),
    b"a: !!python/object/apply:os.system [id]",
    b"\xff\xfea\0",
    b"\t- a: [",
    b"".join(b"key%d: 1\n" % k for k in range(2_000)),
    b"? [a]\n: b",
    b"outputs: [[[[]]]]",
    b"outputs: {type: {type: file}}",
    b"probe: {watch: {tree: 99999999999999999999999}}",
]


@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_files_end_in_a_message(content, load):
    with pytest.raises(BadInput):
        load(content)
