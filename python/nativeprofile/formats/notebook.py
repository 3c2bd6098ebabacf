"""The profiles in the outputs of an executed notebook."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from nativeprofile.tables.decode import decode
from nativeprofile.tables.encode import MIME_TYPE
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile

from .files import read_bytes

_REMEDY = "Run its cells with %%nativeprofile and save it."


def sniff(head: bytes, path: Path) -> bool:
    """Whether a file is a notebook by its name, or by how its JSON begins."""
    begins = re.match(rb'\s*\{\s*"(cells|metadata|nbformat)"\s*:', head)
    return path.suffix == ".ipynb" or begins is not None


def read_all(path: Path) -> list[Profile]:
    """Every profile of a notebook, in the order of its cells. Raises FormatError."""
    content = read_bytes(path)
    try:
        notebook = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise FormatError(f"{path.name} is not valid JSON, or cut off.", _REMEDY) from error
    messages = [message for message in _messages(notebook) if "progress" not in message]
    profiles = [decode(message) for message in messages if "error" not in message]
    if not profiles:
        for message in messages:
            decode(message)  # raises the sentence that the failed cell showed
        raise FormatError(f"{path.name} holds no profile.", _REMEDY)
    return profiles


def read(path: Path) -> Profile:
    """The profile of a notebook that holds just one. Raises FormatError."""
    profiles = read_all(path)
    if len(profiles) > 1:
        names = ", ".join(str(profile.meta["name"]) for profile in profiles)
        raise FormatError(
            f"{path.name} holds {len(profiles)} profiles: {names}.", "Name one with --cell."
        )
    return profiles[0]


def _messages(notebook: Any) -> list[dict[str, Any]]:
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    found = []
    for cell in cells if isinstance(cells, list) else []:
        outputs = cell.get("outputs") if isinstance(cell, dict) else None
        for output in outputs if isinstance(outputs, list) else []:
            data = output.get("data") if isinstance(output, dict) else None
            message = data.get(MIME_TYPE) if isinstance(data, dict) else None
            if isinstance(message, dict):
                found.append(message)
    return found
