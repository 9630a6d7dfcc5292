"""`append_output`."""

import pytest
from rulefiles import load, rule

from firmer.errors import BadInput, UsageError
from firmer.rules.load import append_entries
from firmer.rules.loader import Loader

RULE = rule("evt.type = open", more="  tags: [a, b]\n")


def output(option: str) -> tuple[str, dict]:
    (ready,) = load(RULE, loader=Loader(append_entries([option]))).ready
    text = b"|".join(ready.output.literals).decode()
    return text, ready.extra


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("append_output=[{extra_output: 'on %fd.name'}]", "o on |"),
        ("append_output[]={extra_output: more}", "o more"),
        ("append_output=[{match: {rule: r}, extra_output: more}]", "o more"),
        ("append_output=[{match: {rule: s}, extra_output: more}]", "o"),
        ("append_output=[{match: {source: syscall}, extra_output: more}]", "o more"),
        ("append_output=[{match: {source: k8s_audit}, extra_output: more}]", "o"),
        ("append_output=[{match: {tags: [a, b]}, extra_output: more}]", "o more"),
        ("append_output=[{match: {tags: [a, c]}, extra_output: more}]", "o"),
        ("append_output=[{suggested_output: false}]", "o"),
        (
            "append_output=[{suggested_output: true}]",
            "o container_id=| container_name=| container_image_repository=| container_image_tag=| k8s_pod_name=| k8s_ns_name=|",
        ),
        ("append_output=[{extra_output: one}, {extra_output: two}]", "o one two"),
        ("append_output=", "o"),
    ],
)
def test_text_is_appended(option, expected):
    assert output(option)[0] == expected


def test_fields_are_added_to_json_only():
    text, extra = output("append_output=[{extra_fields: [proc.exe, {who: 'user %user.name'}]}]")
    assert (text, extra["proc.exe"], extra["who"].literals) == ("o", "proc.exe", (b"user ", b""))


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("append_output={suggested_output: true}", "R013"),
        ("append_output=[suggested_output]", "R011"),
        ("append_output=[{suggested: true}]", "R013"),
        ("append_output=[{match: r, extra_output: x}]", "R011"),
        ("append_output=[{extra_fields: proc.exe}]", "R013"),
        ("append_output=[{extra_fields: [a.b, a.b]}]", "R013"),
        ("append_output=[{extra_fields: [[a]]}]", "R013"),
        ("append_output=[{extra_fields: [no.field]}]", "R030"),
        ("append_output=[{extra_output: '%no.field'}]", "R031"),
        ("append_output=[", "R001"),
    ],
)
def test_what_cannot_be_is_refused(option, code):
    with pytest.raises(BadInput) as error:
        output(option)
    assert error.value.problems[0].code == code


@pytest.mark.parametrize("option", ["json_output=true", "append_output"])
def test_other_options_are_unknown(option):
    with pytest.raises(UsageError):
        append_entries([option])
