"""A standalone page: the viewer, its profiles and a static fallback in one file, no network."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from nativeprofile.tables.encode import dumps

from .policy import policy
from .words import printable


def page(
    title: str, parts: list[tuple[dict[str, Any], str]], script: str | None, style: str = ""
) -> str:
    """The page of `parts`, each a wire message and its static HTML.

    With `script` (the viewer's bundle) each message gets a viewer, and the static form stands
    in where scripts are off; without it the static forms are shown. The policy of the page
    lets this one script run and nothing be requested.
    """
    scripts: list[str] = []
    sections, tail = [], ""
    if script is None:
        sections = [f"<section>{static}</section>" for _, static in parts]
    else:
        # Parsers turn CRLF into LF, and the policy's hash is of what they make of it.
        code = re.sub(r"</(?=script)", r"<\\/", script.replace("\r\n", "\n"), flags=re.I)
        scripts.append(code)
        sections = [
            f'<section><script type="application/json" class="np-profile">{_json(message)}'
            f"</script><noscript>{static}</noscript></section>"
            for message, static in parts
        ]
        tail = f"<script>{code}</script>"
    styles = re.sub(r"</(?=style)", r"<\\/", style, flags=re.I)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(*scripts)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(printable(title))}</title>"
        "<style>body{font-family:system-ui,sans-serif;margin:1rem auto;max-width:1200px;"
        "padding:0 1rem}section{margin-bottom:2rem}td,th{padding:0 .6em 0 0}"
        f"{styles}</style></head><body>\n" + "\n".join(sections) + f"\n{tail}</body></html>\n"
    )


def _json(message: dict[str, Any]) -> str:
    """JSON that no parser of HTML takes for markup."""
    return dumps(message).replace("<", "\\u003c").replace("\u2028", "\\u2028")
