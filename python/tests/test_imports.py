"""The table of imports in docs/architecture.md: a module imports downwards only.

(scripts/lint-imports.mjs holds the table of src/.)
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "nativeprofile"

EXTENSION = {
    *("magic", "input_lines", "build_magic", "program_magic", "replay_magic", "jobs"),
    *("statement", "arm", "config", "options", "option_parser"),
}
"""The modules of the IPython extension: one row of the table."""

MAY_IMPORT: dict[str, set[str]] = {
    **{name: {*EXTENSION, "capture", "engines"} for name in ("__init__", *EXTENSION - {"config"})},
    "config": {"engines"},
    "capture": {"config", "engines"},
    "engines": set(),
    "convert": {"callgrind", "formats", "gcov", "gprof", "mixed", "pyspy", "render", "tables"},
    "mixed": {"symbols", "formats", "tables"},
    "pyspy": {"mixed", "symbols", "formats", "tables"},
    "gprof": {"mixed", "symbols", "formats", "tables"},
    "gcov": {"build", "mixed", "symbols", "formats", "tables"},
    "callgrind": {"mixed", "symbols", "formats", "tables"},
    "symbols": set(),
    "formats": {"symbols", "tables"},
    "render": {"tables"},
    "tables": set(),
    "file_worker": {"formats", "tables"},
    "server": {"engines", "file_worker", "symbols", "tables"},
    "report": {"formats", "render", "tables"},
    "coverage": {"formats", "render", "tables"},
    "doctor": {"build", "engines", "symbols"},
    "__main__": {"cli"},
    "build": {"symbols"},
    "kernelspec": {"engines"},
    "serve_kernel": {"engines"},
    "kernel_commands": {"engines", "kernelspec", "serve_kernel"},
    "cli": {
        *(
            "build",
            "convert",
            "coverage",
            "doctor",
            "engines",
            "formats",
            "kernel_commands",
            "render",
            "report",
            "tables",
        ),
    },
}

IN_THE_WORKER = {"capture/launch.py": {"convert"}}
"""The worker's first file stands beside the module that starts it; the kernel only names it."""

IN_THE_KERNEL = {"__init__", *EXTENSION, "capture", "engines"}
"""What the user's kernel imports: the standard library and IPython, nothing else."""


def owner(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(tree: ast.Module, package: str) -> Iterator[str]:
    """Every absolute name a module imports, inside functions too (`a.b`, or `a.b.c` for from)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            if base == "nativeprofile":
                yield from (f"{base}.{alias.name}" for alias in node.names)
            else:
                yield base


def broken_rules(path: Path) -> list[str]:
    here = owner(path)
    shown = path.relative_to(PACKAGE)
    if here not in MAY_IMPORT:
        return [f"{shown}: {here} is not in the table of docs/architecture.md"]
    package = ".".join(("nativeprofile", *shown.parent.parts))
    broken = []
    for name in imports(ast.parse(path.read_text(encoding="utf-8")), package):
        top, _, rest = name.partition(".")
        if top == "nativeprofile":
            other = rest.split(".")[0]
            # A name that is no module of ours is one that the package itself defines.
            if not other or not ((PACKAGE / other).is_dir() or (PACKAGE / f"{other}.py").exists()):
                continue
            allowed = MAY_IMPORT[here] | IN_THE_WORKER.get(shown.as_posix(), set())
            if other != here and other not in allowed:
                broken.append(f"{shown} imports {name}: {here} may not import {other}")
        elif here in IN_THE_KERNEL and top != "IPython" and top not in sys.stdlib_module_names:
            broken.append(f"{shown} imports {name}: in the kernel only the standard library may be")
    return broken


@pytest.mark.parametrize(
    "path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE))
)
def test_imports_go_downwards(path: Path) -> None:
    assert broken_rules(path) == []


def test_the_kernel_never_imports_the_worker() -> None:
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert "nativeprofile.capture.launch" not in imports(tree, "nativeprofile"), path


def test_the_check_sees_every_form_of_import() -> None:
    source = "import a.b\nfrom . import c\nfrom ..tables import d\ndef f():\n    from e.f import g"
    found = set(imports(ast.parse(source), "nativeprofile.engines"))
    assert found == {"a.b", "nativeprofile.engines", "nativeprofile.tables", "e.f"}
