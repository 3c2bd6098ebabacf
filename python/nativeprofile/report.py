"""Reports of stored profiles: text, JSON, and a standalone page with the viewer in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nativeprofile import formats
from nativeprofile.formats import notebook
from nativeprofile.render import embed
from nativeprofile.render.page import Bundle, page
from nativeprofile.render.static_html import static_html
from nativeprofile.render.text import text
from nativeprofile.tables.encode import encode
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile
from nativeprofile.tables.summary import summarise

_STATIC = Path(__file__).with_name("static")


def load(
    path: Path,
    name: str | None = None,
    cell: str | None = None,
    beside: Mapping[str, Path | None] | None = None,
    part: str | None = None,
) -> list[Profile]:
    """The profiles in a file, all of a notebook's; `cell` picks those of one name.

    `name` is the file's format, recognised by default; `beside` has files by option that some
    formats are read with, `part` is the name of one of several dumps or snapshots. Raises
    FormatError.
    """
    name = name or formats.recognise(path)
    is_notebook = name == "notebook"
    read_one = not is_notebook or part is not None
    profiles = [formats.read(name, path, beside, part)] if read_one else notebook.read_all(path)
    if cell is None:
        return profiles
    chosen = [profile for profile in profiles if profile.meta["name"] == cell]
    if not chosen:
        names = ", ".join(str(profile.meta["name"]) for profile in profiles)
        raise FormatError(f"{path.name} has no profile called {cell}.", f"It has: {names}.")
    return chosen


def as_text(profiles: list[Profile]) -> str:
    """The text reports, one below the other."""
    return "\n\n".join(
        text(profile.meta, dict(profile.quality), summarise(profile), profile.values)
        for profile in profiles
    )


def as_json(profiles: list[Profile]) -> dict[str, Any]:
    """What can be read without decoding: `{"profiles": [{meta, quality, summary}]}`."""
    return {
        "profiles": [
            {"meta": p.meta, "quality": p.quality, "summary": summarise(p)} for p in profiles
        ]
    }


def as_page(profiles: list[Profile], title: str) -> tuple[str, bool]:
    """The standalone page, and whether the viewer is in it (its bundle may not be built)."""
    bundle = _bundle()
    parts = []
    for profile in profiles:
        message = encode(profile)
        parts.append((message, static_html(profile, message["summary"])))
    return page(title, parts, bundle), bundle is not None


def as_fragments(profiles: list[Profile]) -> tuple[str, bool]:
    """HTML to put into a page of one's own, a frame for each profile, and whether the viewer is
    in them."""
    viewer, parts = embed.viewer(), []
    for profile in profiles:
        message = encode(profile)
        static = static_html(profile, message["summary"])
        parts.append(embed.fragment(message, static, *viewer) if viewer else static)
    return "\n".join(parts) + "\n", viewer is not None


def _bundle() -> Bundle | None:
    names = ("viewer.js", "worker.js", "charts.js", "viewer.css")
    try:
        return Bundle(*((_STATIC / name).read_text(encoding="utf-8") for name in names))
    except OSError:
        return None
