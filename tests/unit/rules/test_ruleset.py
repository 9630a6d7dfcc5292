"""Rule sets over events: who fires, what the alert says."""

import json

import pytest
from rulefiles import rule

from firmer.alert import Alert
from firmer.authoring.scenario import TODAY, Host
from firmer.detect.replay import replay
from firmer.errors import BadInput
from firmer.rules.load import load_rules
from firmer.rules.ruleset import shown_to_rules


@pytest.fixture(scope="module")
def capture(tmp_path_factory):
    host = Host(start="2026-01-05T10:00:00Z")
    shell = host.process("bash", exe="/bin/bash", uid=1000)
    cat = shell.spawn("cat", "/etc/shadow")
    cat.open("/etc/shadow", error="EACCES")
    cat.open("/etc/passwd")
    path = tmp_path_factory.mktemp("capture") / "c.scap"
    host.write(path, TODAY)
    return str(path)


def alerts(capture, tmp_path, text, **options) -> list[Alert]:
    (tmp_path / "r.yaml").write_text(text)
    found: list[Alert] = []
    rules = load_rules([str(tmp_path / "r.yaml")], hostname="here", **options)
    replay(capture, rules, found.append)
    assert sum(rules.matches) == len(found)
    return found


OPENS = "evt.type in (open, openat, openat2)"


def test_an_alert_says_what_its_rule_says(capture, tmp_path):
    text = rule(OPENS + " and fd.name = /etc/passwd", "Reads passwd", "  tags: [z, a]\n").replace(
        "output: o", "output: by %proc.name (%fd.num, %container.id %fd.sip)"
    )
    (alert,) = alerts(capture, tmp_path, text)
    shown = json.loads(alert.json_line())
    assert list(shown) == ["hostname", "output", "output_fields", "priority", "rule", "source", "tags", "time"]
    assert (shown["hostname"], shown["rule"], shown["priority"], shown["source"], shown["tags"]) == (
        "here",
        "Reads passwd",
        "Informational",
        "syscall",
        ["a", "z"],
    )
    assert shown["output"].endswith(": Informational by cat (3, host <NA>)")
    assert shown["time"].startswith("2026-01-05T10:00:00.")
    fields = shown["output_fields"]
    assert list(fields) == ["container.id", "evt.time", "fd.num", "fd.sip", "proc.name"]
    assert (fields["fd.num"], fields["fd.sip"], fields["proc.name"], fields["evt.time"]) == (3, None, "cat", alert.time_ns)


@pytest.mark.parametrize(
    ("output", "text", "fields"),
    [
        ("%toupper(proc.name)", "CAT", {"proc.name": "cat"}),
        ("%6proc.name|%2proc.name|", "cat   |ca|", {"proc.name": "cat"}),
        ("%6fd.sip|", "<NA>  |", {"fd.sip": None}),
        ("%len(proc.name)", "<NA>", {"proc.name": "cat"}),
        ("%proc.aname[0] %evt.is_open_read", "cat true", {"proc.aname[0]": "cat", "evt.is_open_read": True}),
        ("*starred", "starred", {}),
        ('"q" \\ ä', '"q" \\ ä', {}),
    ],
)
def test_texts_and_values(capture, tmp_path, output, text, fields):
    condition = rule(OPENS + " and fd.name = /etc/passwd").replace("output: o", f"output: '{output}'")
    (alert,) = alerts(capture, tmp_path, condition)
    assert alert.output.partition(" Informational ")[2] == text
    assert {key: value for key, value in alert.output_fields.items() if key != "evt.time"} == fields


TWO = rule(OPENS, "first") + rule(OPENS + " and evt.failed = true", "second")


@pytest.mark.parametrize(("matching", "expected"), [("first", ["first", "first"]), ("all", ["first", "second", "first"])])
def test_one_rule_an_event_or_all(capture, tmp_path, matching, expected):
    assert [alert.rule for alert in alerts(capture, tmp_path, TWO, rule_matching=matching)] == expected


def test_a_rule_set_can_be_used_again(capture, tmp_path):
    (tmp_path / "r.yaml").write_text(TWO)
    rules = load_rules([str(tmp_path / "r.yaml")])
    runs: list[list[bytes]] = []
    for _ in range(2):
        found: list[Alert] = []
        replay(capture, rules, found.append)
        runs.append([alert.json_line() for alert in found])
    assert runs[0] == runs[1]
    assert rules.matches == [4, 0]


def test_extra_fields_stand_in_json(capture, tmp_path):
    options = ["append_output=[{extra_fields: [proc.exe, {who: 'it is %proc.name'}]}]"]
    (alert,) = alerts(capture, tmp_path, rule(OPENS + " and fd.name = /etc/passwd"), options=options)
    assert alert.output_fields["who"] == "it is cat"
    assert list(alert.output_fields) == ["evt.time", "proc.exe", "who"]


def test_events_for_the_state_alone_never_fire(capture, tmp_path):
    assert alerts(capture, tmp_path, rule("evt.type in (execve, execveat) and evt.dir = >") + rule("evt.type = useradded", "s")) == []


def test_hidden_events_are_not_even_asked_for():
    wanted = bytes([1]) * 1000
    hidden = [kind for kind, shown in enumerate(shown_to_rules(wanted)) if not shown]
    assert {324, 354, 360} <= set(hidden)  # containers, changes of accounts
    assert not {293, 307, 187, 402} & set(hidden)


def test_the_host_name_comes_from_the_environment(tmp_path, monkeypatch):
    (tmp_path / "r.yaml").write_text(TWO)
    monkeypatch.setenv("FALCO_HOSTNAME", "elsewhere")
    assert load_rules([str(tmp_path / "r.yaml")]).hostname == "elsewhere"


def test_errors_stop_the_loading(tmp_path):
    (tmp_path / "r.yaml").write_text(rule("proc.nope = x"))
    with pytest.raises(BadInput):
        load_rules([str(tmp_path / "r.yaml")])
