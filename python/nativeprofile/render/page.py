"""A standalone page: the viewer, its profiles and a static fallback in one file, no network."""

from __future__ import annotations

import re
from html import escape
from typing import Any, NamedTuple

from nativeprofile.tables.encode import dumps

from .policy import policy
from .words import printable


class Bundle(NamedTuple):
    """What `npm run build` makes of the viewer: its scripts and their style sheet."""

    viewer: str
    worker: str
    """Runs in a worker, which the viewer starts for a large profile."""
    charts: str
    """Large; the viewer runs it when the first picture is shown."""
    style: str


def page(title: str, parts: list[tuple[dict[str, Any], str]], bundle: Bundle | None) -> str:
    """The page of `parts`, each a wire message and its static HTML.

    With `bundle` each message gets a viewer, and the static form stands in where scripts are
    off; without it the static forms are shown. The policy of the page lets the viewer and its
    charts run and nothing be requested.
    """
    scripts: list[str] = []
    sections, tail, styles = [], "", ""
    if bundle is None:
        sections = [f"<section>{static}</section>" for _, static in parts]
    else:
        viewer, worker, charts = map(_code, bundle[:3])
        scripts = [viewer, charts]
        sections = [
            f'<section><script type="application/json" class="np-profile">{_json(message)}'
            f"</script><noscript>{static}</noscript></section>"
            for message, static in parts
        ]
        tail = (
            f'<script type="text/plain" class="np-worker">{worker}</script>'
            f"<script>{viewer}</script>"
            f'<script type="text/plain" class="np-charts">{charts}</script>'
        )
        styles = re.sub(r"</(?=style)", r"<\\/", bundle.style, flags=re.I)
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


def _code(script: str) -> str:
    """JavaScript that no parser of HTML ends early, as it stands after such a parser: the policy's
    hash is of that, and CRLF becomes LF."""
    return re.sub(r"</(?=script)", r"<\\/", script.replace("\r\n", "\n"), flags=re.I)


def _json(message: dict[str, Any]) -> str:
    """JSON that no parser of HTML takes for markup."""
    return dumps(message).replace("<", "\\u003c").replace("\u2028", "\\u2028")
