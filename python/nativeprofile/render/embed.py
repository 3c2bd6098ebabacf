"""The viewer as a fragment of HTML, for pages of others: Colab, VS Code, nbconvert, a blog.

Everything lies in one iframe without an origin: it can reach nothing of the page around it, and
nothing of that page reaches it but whether it is dark. Its own policy lets two scripts run, known
by their hashes, and nothing be requested. Where the page forbids scripts or frames the static form
is shown.
"""

from __future__ import annotations

import base64
import gzip
import json
from html import escape
from pathlib import Path
from typing import Any

from nativeprofile.tables.encode import dumps

from .policy import policy
from .words import clip, printable

_STATIC = Path(__file__).parents[1] / "static"
_HEIGHT = 460
_DARK = (
    "[data-jp-theme-light=false],[theme=dark],[data-theme=dark],.vscode-dark,"
    ".vscode-high-contrast:not(.vscode-high-contrast-light)"
)
_LIGHT = (
    "[data-jp-theme-light=true],[theme=light],[data-theme=light],.vscode-light,"
    ".vscode-high-contrast-light"
)
"""How JupyterLab, Colab, themes of Sphinx and VS Code mark a page, on its `html` or `body`."""

_STYLE = (
    f":is({_LIGHT}) .np-frame{{--np-cut:8px;color-scheme:light}}"
    f":is({_DARK}) .np-frame{{--np-cut:16px;color-scheme:dark}}"
)
"""Tells the frame whether the page around is dark, which is out of its reach: by how much is cut
off its left edge (`src/views/schemeAround.ts`). Without scripts a frame whose scheme is not that of
the page gets a ground of its own from the browser, so that it can be read."""

_LOADER = """
(async () => {
const packed = document.querySelector('.np-packed').textContent;
const bytes = Uint8Array.from(atob(packed), char => char.charCodeAt(0));
const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
const { style, script, message } = JSON.parse(await new Response(plain).text());
const add = (parent, name, textContent, more) =>
parent.append(Object.assign(document.createElement(name), { textContent, ...more }));
add(document.head, 'style', style);
add(document.body, 'script', message, { type: 'application/json', className: 'np-profile' });
add(document.body, 'script', script);
if (!document.querySelector('.np-profile')) {
document.querySelector('.np-still').remove();
}
})();
""".replace("\n", " ").strip()
"""Puts the viewer into the document. It takes its data's place: where it was not let run, the
picture stays."""


def viewer() -> tuple[str, str] | None:
    """The viewer's script, without charts, and its style sheet; None where they are not built."""
    try:
        script, style = (
            (_STATIC / name).read_text(encoding="utf-8") for name in ("embedded.js", "viewer.css")
        )
    except OSError:
        return None
    return script, style


def fragment(message: dict[str, Any], static: str, script: str, style: str) -> str:
    """An iframe that shows the wire message `message`; `static` is its static HTML.

    The static form stands in the frame, until the viewer runs, and once more as the frame's own
    content: sanitizers that take the frame away leave that.
    """
    name = clip(printable(str(message["meta"]["name"])), 60)
    parts = {"style": style, "script": script, "message": dumps(message)}
    # The time stays out of it: the same profile makes the same bytes.
    packed = base64.b64encode(gzip.compress(json.dumps(parts).encode(), 9, mtime=0)).decode("ascii")
    document = (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(_LOADER, script)}">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(name)}</title>"
        "<style>body{margin:0;font-family:system-ui,sans-serif}td,th{padding:0 .6em 0 0}"
        ".np-still{padding-left:24px}</style>"
        f'</head><body class="np-mod-embedded"><div class="np-still">{static}</div>'
        f'<script type="application/octet-stream" class="np-packed">{packed}</script>'
        f"<script>{_LOADER}</script></body></html>"
    )
    return (
        f'<div class="np-frame" style="overflow:hidden"><style>{_STYLE}</style>'
        f'<iframe title="{escape(f"Profile of {name}")}" sandbox="allow-scripts allow-downloads" '
        'style="display:block;box-sizing:border-box;width:calc(100% + var(--np-cut,0px));'
        f'margin-left:calc(0px - var(--np-cut,0px));height:{_HEIGHT}px;border:0;resize:vertical" '
        f'srcdoc="{escape(document)}">{static}</iframe></div>'
    )
