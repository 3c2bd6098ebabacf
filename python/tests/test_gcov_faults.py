"""The gcov engine leaves nothing behind, and says why where it has no result."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Kernel
from gcovs import SOURCE, module, process, read
from natives import run

from nativeprofile import cli
from nativeprofile.config import MIME_TYPE
from nativeprofile.formats.coverage import gcov
from nativeprofile.tables.errors import FormatError

REFUSED = """
import covered
try:
    measured({folder!r}, lambda: covered.walk(10))
except base.EngineError as error:
    print(error.message, error.remedy)
"""


def refused(folder: Path, library: Path) -> str:
    """What the engine says instead of a result."""
    return process(folder, library, REFUSED.format(folder=str(folder / "run")), unmeasured=True)


def test_without_coverage(tmp_path: Path) -> None:
    library = module(tmp_path / "built", covered=False)
    said = refused(tmp_path, library)
    assert said.startswith("No extension that is loaded in this kernel was built with --coverage")
    assert "nativeprofile build PATH --for gcov" in said


def test_stripped(tmp_path: Path) -> None:
    library = module(tmp_path / "built")
    run("strip", library)
    assert "covered.so was stripped of its symbols, so its" in refused(tmp_path, library)


@pytest.mark.skipif(shutil.which("clang") is None, reason="Clang is not installed")
def test_built_by_clang(tmp_path: Path) -> None:
    library = module(tmp_path / "built", compiler="clang")
    said = refused(tmp_path, library)
    assert said.startswith("covered.so was built by Clang, so its counters cannot be found.")
    # Which Clang itself writes as the process ends.
    with pytest.raises(FormatError, match=r"covered\.gcda was written by Clang") as raised:
        gcov.read([gcov.beside(library.with_suffix(".gcda"))])
    assert "llvm-cov gcov" in raised.value.remedy


def test_built_anew_while_it_is_loaded(tmp_path: Path) -> None:
    library = module(tmp_path / "built")
    other = module(tmp_path / "other", source=SOURCE + "int more(void) { return 1; }\n")
    code = f"import covered, shutil\nos.unlink({str(library)!r})\n"
    code += f"shutil.copy({str(other)!r}, {str(library)!r})\n"
    code += REFUSED.format(folder=str(tmp_path / "run"))
    said = process(tmp_path, library, code, unmeasured=True)
    assert "covered.so was built anew or removed since it was loaded" in said


def test_without_gcov(tmp_path: Path) -> None:
    library = module(tmp_path / "built")
    said = process(
        tmp_path,
        library,
        "os.environ['PATH'] = '/nonexistent'\n" + REFUSED.format(folder=str(tmp_path / "run")),
        unmeasured=True,
    )
    assert said == "gcov, which comes with GCC, is not installed. Run: apt-get install gcc\n"


def measured(folder: Path, library: Path) -> Path:
    code = f"import covered\nmeasured({str(folder / 'run')!r}, lambda: covered.walk(10))"
    process(folder, library, code)
    return folder / "run"


def test_graphs_that_are_gone_or_of_another_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = module(tmp_path / "built")
    graph = library.with_suffix(".gcno")
    whole = graph.read_bytes()
    for name, data, said in (
        ("gone", None, "covered.gcno: gone, which gcc --coverage wrote beside the object files"),
        ("other", whole[:8] + b"\x01\x02\x03\x04" + whole[12:], "is of another build than"),
        ("cut", whole[:100], "was cut off"),
    ):
        (tmp_path / name).mkdir()
        run_ = measured(tmp_path / name, library)
        graph.unlink()
        if data is not None:
            graph.write_bytes(data)
        with pytest.raises(FormatError, match=said) as raised:
            read(run_)
        assert "Build" in raised.value.remedy or "run the program" in raised.value.remedy
        graph.write_bytes(whole)
    (tmp_path / "version").mkdir()
    run_ = measured(tmp_path / "version", library)
    monkeypatch.setattr(gcov.shutil, "which", lambda name: None)
    with pytest.raises(FormatError, match=r"gcov is missing \(of GCC \d+\)"):
        read(run_)


def test_a_source_changed_since(tmp_path: Path) -> None:
    library = module(tmp_path / "built")
    run_ = measured(tmp_path, library)
    source = library.with_suffix(".c")
    source.write_text("\n" + source.read_text())
    assert "covered.c: changed after covered.so was built" in read(run_).notes


def test_nothing_is_left_whatever_the_cell_does(tmp_path: Path) -> None:
    library = module(tmp_path / "built")
    # `process` looks at the folders; these are the user's own counts, which stay as they are.
    own = library.with_suffix(".gcda")
    own.write_bytes(b"the user's own")
    code = f"""
        import covered, ctypes, subprocess
        environment = dict(os.environ)
        def work():
            for leave in (os._exit, ctypes.CDLL(None).exit):
                child = os.fork()
                if not child:
                    covered.walk(1000)
                    leave(3)
                assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
            covered.walk(10)
            print(subprocess.check_output(["env"], text=True).count("GCOV_PREFIX"))
        measured({str(tmp_path / "run")!r}, work)
        print(os.environ == environment, "GCOV_PREFIX" in subprocess.check_output("env", text=True))
        """
    assert process(tmp_path, library, code) == "0\nTrue False\n"
    assert read(tmp_path / "run").calls["leaf"] == 10
    # This one ends while it is measured.
    (tmp_path / "ends").mkdir()
    code = f"""
        import covered
        registry.load("gcov").start(base.Options(), {str(tmp_path / "ends")!r})
        covered.walk(10)
        sys.exit(4)
        """
    process(tmp_path, library, code, status=4)
    assert own.read_bytes() == b"the user's own"


def test_in_a_kernel(fresh: Callable[..., Kernel], tmp_path: Path) -> None:
    library = module(tmp_path / "built")
    kernel = fresh()
    kernel.run(f"%load_ext nativeprofile\nimport sys\nsys.path.insert(0, {str(library.parent)!r})")
    # As if it were busy, which means nothing to what is counted.
    kernel.run("import nativeprofile.capture.session as s; s._BUSY = s._BUSY_NS = 0")
    timed = kernel.run("%%nativeprofile --engine cprofile\n1").profile["quality"]["notes"]
    assert "The machine was busy" in " ".join(timed)
    # Imported by the cell itself, and by the one before.
    for number, leaves in ((1, 510), (2, 200)):
        done = kernel.run(
            f"%%nativeprofile --engine gcov -o {tmp_path}/{number}.json\n"
            f"import covered\ncovered.walk({leaves})\n6 * 7"
        )
        assert done.result == "42" and done.profile["meta"]["engine"] == "gcov"
        rows = {row["name"]: row.get("calls") for row in done.profile["summary"]["functions"]}
        assert (rows["walk"], rows["leaf"]) == (1, leaves)
        assert "The machine was busy" not in " ".join(done.profile["quality"]["notes"])
    found = done.profile["summary"]["coverage"]
    assert [row["name"] for row in found["never"][:2]] == ["apart", "back"]  # The longest first.
    assert found["files"][0]["path"] == str(library.with_suffix(".c"))
    plain = next(o["data"]["text/plain"] for o in done.outputs if MIME_TYPE in o.get("data", {}))
    assert re.match(r"In\[\d+\]  coverage of 1 file\ngcov · counted exactly\n", plain)
    # A stored profile becomes a tracefile.
    assert cli.main(["convert", f"{tmp_path}/2.json", f"{tmp_path}/2.info"]) == 0
    assert "FNDA:200,leaf\n" in (tmp_path / "2.info").read_text()
    both = [f"{tmp_path}/1.json", f"{tmp_path}/2.json", f"{tmp_path}/both.info"]
    assert cli.main(["convert", *both]) == 0
    assert "FNDA:710,leaf\n" in (tmp_path / "both.info").read_text()
    raised = kernel.run("%%nativeprofile --engine gcov --add\ncovered.walk(10)\n1 / 0")
    assert raised.errors[0]["ename"] == "ZeroDivisionError"
    rows = {row["name"]: row.get("calls") for row in raised.profile["summary"]["functions"]}
    assert rows["leaf"] == 210 and raised.profile["meta"]["status"] == "error"
    wrong = kernel.run("%%nativeprofile --add\n1")
    assert "--add is an option of --engine gcov alone" in wrong.text("stderr")
    assert list(kernel.cwd.iterdir()) == [] and kernel.leftovers() == []
    kernel.close()
    assert not list(tmp_path.rglob("*.gcda"))


def test_a_cell_without_an_extension_keeps_its_result(fresh: Callable[..., Kernel]) -> None:
    kernel = fresh()
    kernel.run("%load_ext nativeprofile")
    done = kernel.run("%%nativeprofile --engine gcov\nsum(range(1000))")
    assert done.result == "499500" and "was built with --coverage" in done.failures[0]
    assert not done.profiles
    assert shutil.which("gcov")
