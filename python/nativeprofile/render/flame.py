"""The split and a flame graph as one self-contained SVG picture, without script or fonts.

Sanitisers (JupyterLab's for untrusted notebooks, GitHub's) drop inline SVG but spill its
text; as the source of an `<img>` the same picture survives. Text stands only on coloured
boxes, so the picture reads the same on light and dark pages.
"""

from __future__ import annotations

import html
from typing import Any

from nativeprofile.tables.categories import Category
from nativeprofile.tables.costs import StackCosts
from nativeprofile.tables.profile import Profile

from .words import LABELS, clip, printable, share, split, split_estimate, split_total

WIDTH = 960
_ROW = 17
_BAR = 24
_MOST_ROWS = 18
_MOST_BOXES = 130
_LETTER = 6.4
"""Width of a character of the 11 px font, on average."""

COLOURS = {
    "python": ("#0072b2", "#fff"),
    "builtin": ("#f2c14e", "#1c1c1f"),
    "extension": ("#e07b00", "#1c1400"),
    "system": ("#8c5a1e", "#fff"),
    "kernel": ("#c775a3", "#1c0012"),
    "gc": ("#12a37b", "#00140d"),
    "import": ("#7cc4ee", "#06202e"),
    "gil": ("#4a4a55", "#fff"),
    "waiting": ("#d3d3d9", "#1c1c1f"),
    "profiler": ("#9a9aa3", "#101014"),
    "io": ("#b7d0cf", "#0b1c1b"),
    "sleep": ("#dcd6ea", "#1a1526"),
    "lock": ("#ced5e6", "#0f1420"),
    "queued": ("#ecd9c6", "#22160a"),
}
"""Box and text colour of each category (Okabe-Ito based): the viewer's light theme."""


_HATCHED = {"waiting": "h", "gil": "h", "io": "b", "sleep": "l", "lock": "x"}
"""The pattern over each kind of waiting in the bar, so that they differ without colour."""


class _Node:
    """A function called along one path: its cost with all it calls, and its callees."""

    __slots__ = ("callees", "cost", "function")

    def __init__(self, function: int) -> None:
        self.function = function
        self.cost = 0
        self.callees: dict[int, _Node] = {}


def picture(
    profile: Profile, summary: dict[str, Any], costs: StackCosts | None
) -> tuple[str, bool]:
    """The SVG, and whether boxes were left out of it to keep it small.

    `costs` are those of the profile's stacks; without stacks there is only the split.
    """
    boxes: list[_Box] = []
    categories: list[int] = []
    hidden, total = False, 0
    if costs is not None:
        root = _call_tree(profile, costs)
        if root.cost:
            boxes, hidden = _boxes(root)
        total, categories = root.cost, costs.usual_categories(profile)
    depth = max((row for _, row, _, _ in boxes), default=-1) + 1
    height = _BAR + (6 + depth * _ROW if boxes else 0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="system-ui,sans-serif" font-size="11">'
        f"<defs>{_patterns()}</defs>"
    ]
    left = 0.0
    whole = split_total(summary)
    for name, value in split(summary):
        width = WIDTH * value / whole
        words = f"{LABELS[name]} {split_estimate(summary, name)}"
        if len(words) > _room(width):  # half of an interval would be another one
            words = f"{LABELS[name]} {share(value, whole)}"
        parts.append(_box(left, 0, width, _BAR, name, words, _HATCHED.get(name)))
        left += width
    functions, strings = profile.functions, profile.strings
    for node, row, start, cost in boxes:
        index = functions.entry[node.function]
        name = strings[index if index >= 0 else functions.name[node.function]]
        category = Category(categories[node.function]).label
        top = _BAR + 6 + row * _ROW
        parts.append(
            _box(WIDTH * start / total, top, WIDTH * cost / total, _ROW, category, printable(name))
        )
    return "".join(parts) + "</svg>", hidden


_Box = tuple[_Node, int, int, int]
"""A node, the row it is drawn in, what stands left of it, and its cost."""


def _call_tree(profile: Profile, costs: StackCosts) -> _Node:
    """The stacks by function, machinery folded into what called it."""
    root = _Node(-1)
    root.cost = int(costs.own.sum())
    nodes: list[_Node] = []
    below = costs.below.sum(axis=1)
    columns = (costs.prefix, costs.function, costs.plumbing, below)
    for prefix, function, plumbing, cost in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        above = nodes[prefix] if prefix >= 0 else root
        if plumbing and prefix >= 0:
            nodes.append(above)
            continue
        node = above.callees.get(function)
        if node is None:
            node = above.callees[function] = _Node(function)
        node.cost += int(cost)
        nodes.append(node)
    return root


def _boxes(root: _Node) -> tuple[list[_Box], bool]:
    """The widest boxes, and whether any were left out."""
    found: list[_Box] = []
    agenda = [(root, -1, 0)]
    hidden = False
    while agenda:
        node, row, start = agenda.pop()
        if row >= 0:
            found.append((node, row, start, node.cost))
        if row + 1 >= _MOST_ROWS and node.callees:
            hidden = True
            continue
        for callee in sorted(node.callees.values(), key=lambda callee: -callee.cost):
            if callee.cost * WIDTH >= 2 * root.cost:
                agenda.append((callee, row + 1, start))
            elif callee.cost:
                hidden = True
            start += callee.cost
    if len(found) > _MOST_BOXES:
        # Never a box without the one that it stands on: that one is at least as wide.
        found.sort(key=lambda box: (-box[3], box[1]))
        found, hidden = found[:_MOST_BOXES], True
    return found, hidden


def _patterns() -> str:
    out = ""
    for name, angle, path in (
        ("h", 45, "M0 0V6"),
        ("b", -45, "M0 0V6"),
        ("l", 0, "M0 0V6"),
        ("x", 45, "M0 0V6M0 0H6"),
    ):
        out += (
            f'<pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate({angle})"><path d="{path}" stroke="#000" '
            'stroke-opacity=".28" stroke-width="3"/></pattern>'
        )
    return out


def _room(width: float) -> int:
    """How many characters a box has room for."""
    return int((width - 7) / _LETTER)


def _box(
    x: float,
    y: float,
    width: float,
    height: int,
    category: str,
    words: str,
    pattern: str | None = None,
) -> str:
    colour, on_colour = COLOURS[category]
    shape = f'x="{x:.1f}" y="{y}" width="{max(width - 1, 0.5):.1f}" height="{height - 1}"'
    out = f'<rect {shape} fill="{colour}"/>'
    room = _room(width)
    if pattern:
        out += f'<rect {shape} fill="url(#{pattern})"/>'
        if room >= 4:
            label = min(len(words), room) * _LETTER + 6
            out += (
                f'<rect x="{x:.1f}" y="{y + 3}" width="{label:.0f}" height="{height - 7}" '
                f'fill="{colour}"/>'
            )
    if room >= 4:
        text = html.escape(clip(words, room))
        baseline = y + height // 2 + 3
        out += f'<text x="{x + 3:.1f}" y="{baseline}" fill="{on_colour}">{text}</text>'
    return out
