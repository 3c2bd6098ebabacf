"""Arming: the Lab asks the kernel to profile the next execution of one cell.

The Lab evaluates `__import__('nativeprofile').arm('{"cell_id": …}')` as a user expression
of a silent, empty request: nothing enters the history and the cell is not edited.
"""

from __future__ import annotations

import json
from typing import Any


class Answer(dict[str, Any]):
    """A dict that travels as JSON, both as `application/json` and as its text."""

    def _repr_json_(self) -> dict[str, Any]:
        return dict(self)

    def __repr__(self) -> str:
        return json.dumps(self)


def arm(options: str | dict[str, Any] = "{}") -> Answer:
    """Profiles the next execution of the cell `cell_id`, whichever cell comes next if absent.

    `options` is JSON: `cell_id` and the long options of the magic (`engine`, `rate`,
    `depth`, `name`, ...). Answers `{"ok": true, "version", "engines": [names]}` or
    `{"ok": false, "message", "remedy"}`; never raises for what the caller sent.
    """
    from .config import HelpRequested, OptionError, __version__
    from .engines.registry import NAMES
    from .options import options_from_json

    try:
        values = dict(json.loads(options) if isinstance(options, str) else options)
        cell_id = values.pop("cell_id", None)
        run_options = options_from_json(values)
    except (OptionError, HelpRequested) as error:
        return Answer(ok=False, message=str(error), remedy="")
    except (TypeError, ValueError) as error:
        return Answer(ok=False, message=f"The options are not a JSON object: {error}.", remedy="")

    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    if shell is None:
        return Answer(
            ok=False,
            message="This Python is not an IPython kernel, so it has no cells to profile.",
            remedy="Choose a kernel that ipykernel provides.",
        )
    from . import magic

    magic.load(shell).arm(run_options, cell_id)
    return Answer(ok=True, version=__version__, engines=list(NAMES))
