"""A project that pip can build, built with other flags beside its usual build.

Flags go by CFLAGS, CXXFLAGS and LDFLAGS, which setuptools, meson and CMake add to their own;
where these would come after ours, the build system's own way takes them back.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import sys
from pathlib import Path

from . import project as projects
from . import proof
from .commands import Say, reason, run
from .compiler import compiler, known
from .errors import BuildError
from .place import WORK, copy_sources
from .project import Project
from .purposes import Purpose
from .result import Built

_NO_LIBRARY = "Name the folder of a C, C++ or Cython extension, or one source file of it."


def build(root: Path, purpose: Purpose, folder: Path, say: Say) -> Built:
    """Raises BuildError."""
    project = projects.read(root)
    if importlib.util.find_spec("pip") is None:
        raise BuildError(
            f"{root} is built by pip, which this Python ({sys.executable}) does not have.",
            f"Install it: {sys.executable} -m ensurepip",
        )
    copy = copy_sources(root, folder)
    command = pip_command(project, purpose, folder, copy)
    environment = _environment(project, purpose, copy)
    status, lines = run(command, say, copy, folder / WORK, environment)
    if status:
        raise BuildError(
            f"{root.name} could not be built: {reason(lines).replace(str(copy), str(root))}.",
            _mend(project),
        )
    return _result(purpose, folder, root)


def pip_command(project: Project, purpose: Purpose, folder: Path, copy: Path) -> list[str]:
    """What builds the copy of a project into a folder."""
    command = [sys.executable, "-m", "pip", "install", "--verbose", "--no-deps", "--no-compile"]
    command += ["--disable-pip-version-check", "--no-input", "--target", str(folder)]
    # An environment of its own comes from the network, so only where this one will not do.
    command += [] if project.missing else ["--no-build-isolation"]
    for setting in _settings(project.backend, purpose, folder / WORK / "objects"):
        command += ["--config-settings", setting]
    return [*command, str(copy)]


def _settings(backend: str, purpose: Purpose, objects: Path) -> list[str]:
    if backend == "mesonpy":
        return [f"build-dir={objects}"]
    if backend.startswith("scikit_build_core"):
        level = next(flag for flag in purpose.compile if flag.startswith("-O"))
        return [
            f"build-dir={objects}",
            "install.strip=false",
            "cmake.build-type=Release",
            f"cmake.define.CMAKE_C_FLAGS_RELEASE={level}",
            f"cmake.define.CMAKE_CXX_FLAGS_RELEASE={level}",
        ]
    return []


def _environment(project: Project, purpose: Purpose, copy: Path) -> dict[str, str]:
    wished = list(purpose.wished)
    if not project.generates:
        # Sources are where the user has them; what Cython generates is in the copy alone.
        wished.append(f"-ffile-prefix-map={copy}={project.root}")
    compile = [*purpose.compile, *known(compiler(purpose=purpose), wished)]
    flags = {"CFLAGS": compile, "CXXFLAGS": compile, "LDFLAGS": purpose.link}
    made = {
        name: f"{os.environ.get(name, '')} {shlex.join(added)}".strip()
        for name, added in flags.items()
    }
    # Tools that pip put beside this Python; the copy has no history to take a version from.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    version = os.environ.get("SETUPTOOLS_SCM_PRETEND_VERSION", "0")
    # A bar of progress is for terminals; pip starts another pip, which hears only of variables.
    pip = {"PIP_USER": "0", "PIP_PROGRESS_BAR": "off"}
    return {**made, **pip, "PATH": path, "SETUPTOOLS_SCM_PRETEND_VERSION": version}


def _mend(project: Project) -> str:
    if not project.missing:
        return "Mend it and build again; what was said stands above."
    words = shlex.join(project.missing)
    return (
        "If its build tools could not be fetched, install them here: "
        f"{sys.executable} -m pip install {words}"
    )


def _result(purpose: Purpose, folder: Path, root: Path) -> Built:
    libraries = sorted(
        path for path in folder.rglob("*.so") if WORK not in path.relative_to(folder).parts
    )
    if not libraries:
        raise BuildError(f"{root} has no extension: nothing in it is compiled.", _NO_LIBRARY)
    lacking = {path: proof.lacks(path, purpose.name) for path in libraries}
    if all(lacking.values()):
        raise BuildError(
            f"{root.name} was built without {lacking[libraries[0]]}: its build sets flags of its "
            "own and takes none from CFLAGS and LDFLAGS.",
            f"Give its build {shlex.join(purpose.compile)}, for linking {shlex.join(purpose.link)}."
            if purpose.link
            else f"Give its build {shlex.join(purpose.compile)}.",
        )
    notes = [f"{path.name} was built without {what}." for path, what in lacking.items() if what]
    imports = sorted(
        path.name.partition(".")[0]
        for path in folder.iterdir()
        if (path.is_dir() and path.name.isidentifier() and any(path.rglob("*.[ps][yo]")))
        or path.suffix in (".py", ".so")
    )
    modules = [
        ".".join((*path.relative_to(folder).parent.parts, path.name.partition(".")[0]))
        for path in libraries
    ]
    return Built(purpose, folder, imports, modules, notes=notes)
