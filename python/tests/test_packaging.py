"""The wheel holds everything that an installation needs, and installs."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = "nativeprofile-{version}.data/data"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (ROOT / "python/nativeprofile/labextension/package.json").exists():
        pytest.fail("The extension is not built: npm run build")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def data_folder(wheel: Path) -> str:
    return DATA.format(version=wheel.name.split("-")[1])


def test_the_wheel_holds_every_python_module(names: set[str]) -> None:
    sources = (ROOT / "python/nativeprofile").rglob("*.py")
    expected = {str(path.relative_to(ROOT / "python")) for path in sources}
    assert expected
    assert expected - names == set()


def test_the_wheel_holds_the_standalone_viewer(names: set[str]) -> None:
    built = ("viewer.js", "worker.js", "charts.js", "viewer.css", "embedded.js")
    assert {f"nativeprofile/static/{name}" for name in built} <= names


def test_the_wheel_holds_the_lab_extension(wheel: Path, names: set[str]) -> None:
    folder = f"{data_folder(wheel)}/share/jupyter/labextensions/jupyterlab-nativeprofile"
    with zipfile.ZipFile(wheel) as archive:
        manifest = json.loads(archive.read(f"{folder}/package.json"))
    assert f"{folder}/{manifest['jupyterlab']['_build']['load']}" in names
    assert manifest["jupyterlab"]["_build"]["mimeExtension"]
    settings = {path.name for path in (ROOT / "schema/lab").glob("*.json")}
    schemas = f"{folder}/schemas/jupyterlab-nativeprofile/"
    shipped = {name.removeprefix(schemas) for name in names if name.startswith(schemas)}
    assert settings <= shipped


def test_the_wheel_enables_the_server_extension(wheel: Path, names: set[str]) -> None:
    config = f"{data_folder(wheel)}/etc/jupyter/jupyter_server_config.d/nativeprofile.json"
    with zipfile.ZipFile(wheel) as archive:
        enabled = json.loads(archive.read(config))
    assert enabled == {"ServerApp": {"jpserver_extensions": {"nativeprofile.server": True}}}


def test_the_wheel_holds_nothing_of_the_work_tree(names: set[str]) -> None:
    strange = {
        name
        for name in names
        if "__pycache__" in name
        or name.startswith(("python/", "tests/", "nativeprofile/labextension"))
        or "stamp" in name
    }
    assert strange == set()


def test_the_wheel_installs_in_a_fresh_environment(wheel: Path, tmp_path: Path) -> None:
    """Installed without its dependencies: the kernel's part needs none."""
    fresh = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(fresh)], check=True)
    python = str(fresh / "bin" / "python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    code = "import nativeprofile, sys; print(nativeprofile.__file__, 'numpy' in sys.modules)"
    answer = subprocess.run(
        [python, "-I", "-c", code], check=True, capture_output=True, text=True, timeout=60
    )
    file, third_party = answer.stdout.split()
    assert Path(file).is_relative_to(fresh)
    assert third_party == "False"
    installed = fresh / "share/jupyter/labextensions/jupyterlab-nativeprofile/package.json"
    assert installed.exists()
    assert (fresh / "etc/jupyter/jupyter_server_config.d/nativeprofile.json").exists()
    assert (fresh / "bin/nativeprofile").exists()
