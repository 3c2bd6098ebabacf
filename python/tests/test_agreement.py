"""What Python and the viewer each write down for themselves is the same on both sides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nativeprofile import config
from nativeprofile.engines.base import Options
from nativeprofile.render import flame, words
from nativeprofile.tables import categories, encode

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
    assert settings["engine"]["enum"] == ["auto", *config.ENGINES]
    assert settings["engine"]["default"] == config.RunOptions.engine
    assert settings["rate"]["maximum"] == config.MAX_RATE
    assert settings["rate"]["default"] == config.RunOptions.rate == Options.rate
    defaults = f"engine: '{config.RunOptions.engine}', rate: {Options.rate}"
    assert defaults in source("src/plugins/settings.ts")
