"""Every key says what it means, and the defaults are what a file could say."""

import typing

import msgspec
import pytest

from firmer.app.config import load_config, printed
from firmer.app.settings import Config, ContextSettings, ProbeSettings, WatchSettings


@pytest.mark.parametrize("kind", [Config, ContextSettings, ProbeSettings, WatchSettings], ids=lambda kind: kind.__name__)
def test_each_key_says_what_it_means(kind):
    for name, hint in typing.get_type_hints(kind, include_extras=True).items():
        if not name.startswith("__"):
            assert any(isinstance(each, msgspec.Meta) and each.description for each in hint.__metadata__), name


def test_defaults_can_be_written_down_and_read(tmp_path):
    (tmp_path / "firmer.yaml").write_text(printed(Config()))
    assert load_config(str(tmp_path / "firmer.yaml")) == Config()


def test_context_defaults_can_be_written_down_and_read(tmp_path):
    config = Config(context=ContextSettings(folder="/evidence"))
    (tmp_path / "firmer.yaml").write_text(printed(config))
    assert load_config(str(tmp_path / "firmer.yaml")) == config
