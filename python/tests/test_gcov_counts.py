"""What the gcov engine counts of a cell is what gcov counts of a program that does the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from coverages import text_of
from gcovs import SOURCE, module, process, read
from natives import run

from nativeprofile.build import build


@pytest.fixture(scope="module")
def covered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return module(tmp_path_factory.mktemp("covered"), "-fprofile-update=atomic")


@pytest.mark.parametrize("times", [10, 200, 510, 1_000_000])
def test_lines_branches_and_calls(covered: Path, tmp_path: Path, times: int) -> None:
    process(
        tmp_path,
        covered,
        f"""
        import covered
        covered.walk(77)  # before: must not count
        measured({str(tmp_path / "run")!r}, lambda: covered.walk({times}))
        """,
    )
    found = read(tmp_path / "run")
    assert found.calls == {
        "leaf": times, "fact": 0, "never": 0, "walk": 1, "recurse": 0, "back": 0, "apart": 0,
        "PyInit_covered": 0,
    }  # fmt: skip
    assert (found.lines[5], found.lines[6], found.lines[16]) == (times, times // 3, times + 1)
    assert found.lines[10] == found.lines[12] == 0
    assert found.branches[5] == [times // 3, times - times // 3]
    assert found.branches[28] == [-1, -1]
    assert ": gone" not in found.notes and "one thread at a time" not in found.notes


def test_recursion_callbacks_and_threads(covered: Path, tmp_path: Path) -> None:
    process(
        tmp_path,
        covered,
        f"""
        import covered
        def work():
            covered.recurse(510)
            covered.back(lambda: covered.walk(200))
            threads = [threading.Thread(target=covered.apart, args=(1_000_000,)) for _ in range(2)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    calls = read(tmp_path / "run").calls
    assert (calls["fact"], calls["back"], calls["walk"], calls["apart"]) == (510, 1, 10, 2)
    assert calls["leaf"] == 10 * 200 + 2 * 1_000_000


def test_the_same_as_gcov_says_of_a_run_at_exit(tmp_path: Path) -> None:
    library = module(tmp_path / "built")
    process(
        tmp_path,
        library,
        f"""
        def work():
            import covered
            covered.walk(510)
            covered.recurse(10)
        measured({str(tmp_path / "run")!r}, work)
        """,
    )
    # Unmeasured it counts on its own, and writes its file as it ends.
    code = "import covered; covered.walk(510); covered.recurse(10)"
    run(sys.executable, "-c", code, cwd=library.parent)
    found, text = read(tmp_path / "run"), text_of(library.with_suffix(".gcda"), "covered.c")
    assert found.lines == text.lines
    assert found.calls == text.functions
    told = {line: [taken or 0 for taken, _ in rows] for line, rows in text.branches.items()}
    mine = {line: [max(0, taken) for taken in rows] for line, rows in found.branches.items()}
    assert mine == told
    assert "one thread at a time" in found.notes


def test_runs_again_and_added_up(covered: Path, tmp_path: Path) -> None:
    folders = [str(tmp_path / str(number)) for number in range(4)]
    process(
        tmp_path,
        covered,
        f"""
        import covered
        folders = {folders}
        measured(folders[0], lambda: covered.walk(10), "In[1]")
        measured(folders[1], lambda: covered.walk(200), "In[2]")
        covered.walk(77)
        measured(folders[2], lambda: covered.recurse(3), "In[4]", add=True)
        measured(folders[3], lambda: covered.walk(1), "In[5]", add=True)
        """,
    )
    calls = [read(tmp_path / str(number)).calls for number in range(4)]
    assert [one["leaf"] for one in calls] == [10, 200, 200, 201]
    assert [one["fact"] for one in calls] == [0, 0, 3, 3]
    last = read(tmp_path / "3")
    parts = [{"name": "In[2]"}, {"name": "In[4]"}, {"name": "In[5]"}]
    assert last.profile.meta["parts"] == parts
    assert "In[2], In[4], In[5] together" in last.notes


def test_what_a_project_was_built_for_is_shown_in_its_own_files(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    source = project / "covered.c"
    source.write_text(SOURCE.replace("NAME", "covered"))
    (project / "setup.py").write_text(
        "from setuptools import Extension, setup\n"
        "setup(name='covered', ext_modules=[Extension('covered', ['covered.c'])])\n"
    )
    built = build(project, "gcov", tmp_path / "built", lambda line: None)
    (library,) = built.folder.glob("*.so")
    code = f"import covered\nmeasured({str(tmp_path / 'run')!r}, lambda: covered.walk(10))"
    process(tmp_path, library, code)
    shown = read(tmp_path / "run").profile
    assert str(source) in shown.strings and read(tmp_path / "run").lines[3] == 10
    # Changed since, it is no longer what was built: the copy is.
    source.write_text("int other;\n")
    strings = read(tmp_path / "run").profile.strings
    assert str(source) not in strings and any(one.endswith("source/covered.c") for one in strings)


def test_extensions_side_by_side_that_share_a_header(tmp_path: Path) -> None:
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "shared.h").write_text(
        "static inline int twice(int n)\n{\n    return n + n;\n}\n"
    )
    source = SOURCE.replace("leaf(i);", "twice(leaf(i));").replace(
        "static volatile", '#include "shared.h"\nstatic volatile', 1
    )
    library = module(tmp_path / "built", source=source)
    module(tmp_path / "built", name="second", source=source)
    process(
        tmp_path,
        library,
        f"""
        import covered, second
        measured({str(tmp_path / "run")!r}, lambda: (covered.walk(10), second.walk(200)))
        """,
    )
    profile = read(tmp_path / "run").profile
    strings, lines = profile.strings, profile.lines
    hits = {
        (Path(strings[file]).name, line): count
        for file, line, count in zip(lines.file, lines.line, lines.values[0], strict=True)
    }
    assert hits["shared.h", 3] == 210
    assert hits["covered.c", 18] == 10 and hits["second.c", 18] == 200
    modules = {strings[module] for module in profile.functions.module}
    assert modules == {"covered", "second"}


CYTHON = """\
cdef long leaf(long n):
    if n % 3 == 0:
        return n
    return -n

def walk(long times):
    cdef long total = 0
    for i in range(times):
        total += leaf(i)
    return total

def never(x):
    y = x + 1
    return y
"""


def test_cython_in_the_lines_that_the_user_wrote(tmp_path: Path) -> None:
    source = tmp_path / "grid.pyx"
    source.write_text(CYTHON)
    built = build(source, "gcov", tmp_path / "built", lambda line: None)
    (library,) = built.folder.glob("*.so")
    code = f"import grid\nmeasured({str(tmp_path / 'run')!r}, lambda: grid.walk(510))"
    process(tmp_path, library, code)
    found = read(tmp_path / "run")
    assert found.calls == {"grid.leaf": 510, "grid.walk": 1, "grid.never": 0}
    assert {found.profile.strings[file] for file in found.profile.lines.file} == {str(source)}
    counts = {1: 510, 2: 510, 3: 170, 4: 340, 6: 1, 7: 1, 8: 1, 9: 510, 10: 1}
    assert found.lines == {**counts, 12: 0, 13: 0, 14: 0}
