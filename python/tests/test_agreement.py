"""What Python and the viewer each write down for themselves is the same on both sides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from nativeprofile import config
from nativeprofile.engines import registry
from nativeprofile.engines.base import Options, Stacks
from nativeprofile.render import flame, words
from nativeprofile.tables import categories, encode, intervals

ROOT = Path(__file__).parents[2]


def source(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_mime_type_is_one() -> None:
    # The kernel must not import the tables, which need numpy; the worker not the kernel's part.
    assert config.MIME_TYPE == encode.MIME_TYPE
    assert f"MIME_TYPE = '{encode.MIME_TYPE}'" in source("src/format/types.ts")


def test_categories_have_one_order_and_one_name() -> None:
    labels = [category.label for category in categories.Category]
    listed = re.search(r"CATEGORIES = \[(.*?)\]", source("src/format/types.ts"), re.DOTALL)
    assert listed is not None
    assert re.findall(r"'(\w+)'", listed[1]) == labels == list(words.LABELS)
    shown = re.findall(r"^  (\w+): \{\n    label: '(.*)'", source("src/views/categories.ts"), re.M)
    assert dict(shown) == words.LABELS


def test_the_static_picture_has_the_light_theme_s_colours() -> None:
    first = source("style/base.css").split("}")[0]
    colours = dict(re.findall(r"--np-([\w-]+): (#\w+);", first))
    assert {name: (colours[name], colours[f"on-{name}"]) for name in words.LABELS} == flame.COLOURS


def test_settings_offer_what_the_magic_takes() -> None:
    settings: dict[str, Any] = json.loads(source("schema/lab/run.json"))["properties"]
    assert settings["engine"]["enum"] == ["auto", *registry.NAMES]
    assert settings["engine"]["default"] == config.RunOptions.engine
    assert settings["rate"]["maximum"] == config.MAX_RATE
    assert settings["rate"]["default"] == config.RunOptions.rate == Options.rate
    assert settings["stacks"]["enum"] == list(get_args(Stacks))
    assert settings["stacks"]["default"] == config.RunOptions.stacks
    defaults = re.search(
        r"DEFAULTS: IDefaults = \{(.*?)\}", source("src/plugins/settings.ts"), re.S
    )
    assert defaults is not None
    assert dict(re.findall(r"(\w+): '?(\w+)'?", defaults[1])) == {
        name: str(getattr(config.RunOptions, name)) for name in ("engine", "rate", "stacks")
    }


def test_intervals_are_the_same_on_both_sides() -> None:
    # src/analysis/test/intervals.spec.ts reads the same cases.
    cases: dict[str, Any] = json.loads(source("src/analysis/test/samples/intervals.json"))
    for share, samples, expected in cases["half_width"]:
        assert intervals.half_width(share, samples) == pytest.approx(expected, abs=1e-12)
    for weights, expected in cases["effective_samples"]:
        assert intervals.effective_samples(weights) == pytest.approx(expected, abs=1e-9)
    for part, whole, samples, expected in cases["estimate"]:
        assert words.estimate(part, whole, samples) == expected
