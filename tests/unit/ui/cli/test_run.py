"""`firmer run`: configuration, rules and an end with a summary."""

import pytest

from firmer.authoring.scenario import Host
from firmer.ui.cli.main import run

RULE = "- rule: Read\n  desc: reads\n  condition: evt.type = openat\n  output: by %proc.name\n  priority: NOTICE\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULE)
    (tmp_path / "firmer.yaml").write_text("rules_files: [rules.yaml]\noutputs: [{type: stdout, format: json}]\n")
    host = Host()
    host.process("vim").read_file("/etc/hosts")
    host.write(tmp_path / "a.scap")
    return tmp_path


def outcome(args, capfd):
    status = run(["run", *args])
    out, err = capfd.readouterr()
    return status, out, err


def test_configured(folder, capfd):
    status, out, err = outcome(["--config", "firmer.yaml", "--replay", "a.scap"], capfd)
    assert status == 0 and out.startswith('{"hostname"') and "6 events, 1 alerts" in err


def test_rules_of_the_command_line_take_the_place_of_the_configured(folder, capfd):
    (folder / "other.yaml").write_text(RULE.replace("by", "seen by"))
    _, out, _ = outcome(["-r", "other.yaml", "--replay", "a.scap"], capfd)
    assert out.endswith("Notice seen by vim\n")


@pytest.mark.parametrize(
    ("config", "status", "told"),
    [
        ("rules_files: [rules.yaml]", 0, "1 rules, 1 outputs: fine"),
        ("rule_files: [rules.yaml]", 1, "firmer.yaml:1:1: error[C001]: unknown key 'rule_files'"),
        ("rules_files: [gone.yaml]", 1, "gone.yaml"),
        ("outputs: [{type: apprise, urls: ['nosuch://pass']}]", 2, "no address that Apprise understands"),
        ("outputs: [{type: file, path: gone/x}]", 1, "gone: No such file or directory"),
        ("user: nosuchuser", 1, "no such user: 'nosuchuser'"),
    ],
)
def test_check(config, status, told, folder, capfd):
    (folder / "firmer.yaml").write_text(config)
    code, out, err = outcome(["--config", "firmer.yaml", "--check"], capfd)
    assert code == status and told in out + err and "Traceback" not in err


def test_print_config(folder, capfd):
    status, out, _ = outcome(["--config", "firmer.yaml", "--print-config"], capfd)
    (folder / "again.yaml").write_text(out)
    assert status == 0 and outcome(["--config", "again.yaml", "--print-config"], capfd)[1] == out


@pytest.mark.parametrize("args", [["--config", "gone.yaml"], ["--replay", "gone.scap"]])
def test_what_is_not_there_is_told(args, folder, capfd):
    status, _, err = outcome(args, capfd)
    assert status in (1, 2) and "gone" in err


def test_damage_gives_status_1(folder, capfd):
    (folder / "a.scap").write_bytes((folder / "a.scap").read_bytes()[:-3])
    status, _, err = outcome(["--config", "firmer.yaml", "--replay", "a.scap"], capfd)
    assert status == 1 and "a.scap: at byte" in err
