"""The modules of Python files, and what is said of them."""

from __future__ import annotations

import pytest

from nativeprofile.formats.modules import is_machinery, is_notebook, module_of, module_or_stem


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("/usr/lib/python3.12/json/encoder.py", "json.encoder"),
        ("/usr/lib/python3.12/json/__init__.py", "json"),
        ("/usr/lib/python3/dist-packages/yaml/loader.py", "yaml.loader"),
        ("/v/lib/python3.13/site-packages/numpy/linalg/_linalg.py", "numpy.linalg._linalg"),
        ("/x/site-packages/pandas/__init__.py", "pandas"),
        ("/v/lib/python3.13t/site-packages/pandas/_libs/join.pyx", "pandas._libs.join"),
        (r"C:\v\Lib\site-packages\attr\_make.py", "attr._make"),
        ("<frozen importlib._bootstrap>", "importlib._bootstrap"),
    ],
)
def test_files_of_libraries_have_a_module(file: str, module: str) -> None:
    assert module_of(file) == module == module_or_stem(file)


@pytest.mark.parametrize(
    ("file", "name"), [("/home/me/analysis.py", "analysis"), ("<string>", "<string>")]
)
def test_other_files_have_their_name_only(file: str, name: str) -> None:
    assert module_of(file) is None
    assert module_or_stem(file) == name


def test_modules_of_this_package_are_known_in_a_checkout() -> None:
    assert (
        module_or_stem("/src/python/nativeprofile/engines/perf.py") == "nativeprofile.engines.perf"
    )


def test_what_runs_notebooks_is_told_from_what_cells_use() -> None:
    assert is_notebook("ipykernel.kernelbase") and is_notebook("IPython")
    assert not is_notebook("asyncio.events") and is_machinery("asyncio.events")
    assert not is_machinery("commonmark") and not is_machinery("numpy")
