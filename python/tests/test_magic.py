"""The options of the magics, and the input transformer as a function of lines."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import Kernel

from nativeprofile.config import HelpRequested, OptionError, RunOptions
from nativeprofile.input_lines import comment_out
from nativeprofile.options import parse_cell_options, parse_line_options


def lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.parametrize(
    ("typed", "transformed"),
    [
        ("%%nativeprofile\nx\n", "#%%nativeprofile\nx\n"),
        ("%%nativeprofile --rate 99\nx\n", "#%%nativeprofile --rate 99\nx\n"),
        ("\n \n%%nativeprofile\nx\n", "#\n#\n#%%nativeprofile\nx\n"),
        ("  %%nativeprofile\n  x\n", "  #%%nativeprofile\n  x\n"),
        ("%%nativeprofile\n%%time\nx\n", "%%time\nx\n"),
        ("%%nativeprofile\n\n%%bash\nls\n", "%%bash\nls\n"),
        ("%%nativeprofile\n%time x\n", "#%%nativeprofile\n%time x\n"),
        # Not ours, or not to be run: left alone.
        ("x = 1\n%%nativeprofile\n", "x = 1\n%%nativeprofile\n"),
        ("%%nativeprofiler\nx\n", "%%nativeprofiler\nx\n"),
        ("%%nativeprofile?\n", "%%nativeprofile?\n"),
        ("%%nativeprofile --help\nx\n", "%%nativeprofile --help\nx\n"),
        ("%%nativeprofile --rat 9\nx\n", "%%nativeprofile --rat 9\nx\n"),
        ("", ""),
        ("\n\n", "\n\n"),
    ],
)
def test_transformer(typed: str, transformed: str) -> None:
    given = lines(typed)
    assert "".join(comment_out(given)) == transformed
    assert "".join(given) == typed, "the transformer must be pure"
    assert "".join(comment_out(comment_out(given))) == transformed


def test_options() -> None:
    assert parse_cell_options("") == RunOptions()
    options = parse_cell_options("--engine=cprofile --rate 49 --depth 16384 --quiet --name 'a b'")
    expected = RunOptions(engine="cprofile", rate=49, depth=16384, quiet=True, name="a b")
    assert options == expected
    assert parse_cell_options("-o 'my file.json'").output == "my file.json"
    assert parse_cell_options("--inlined").inlined
    assert parse_cell_options("--html interactive").html == "interactive"
    assert parse_cell_options("--language c --cflags -lm").cflags == "-lm"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--engnie perf", "has no option --engnie: did you mean --engine?"),
        ("--zzz", "has no option --zzz: see %%nativeprofile --help."),
        ("--engine pref", "--engine pref does not exist: did you mean perf?"),
        ("--html interactiv", "--html interactiv does not exist: did you mean interactive?"),
        ("--engine x", "--engine x does not exist: choose auto, perf, pyspy, cprofile, gprof"),
        ("--rate 0", "--rate must be a whole number from 1 to 20000, not '0'"),
        ("--rate", "--rate expected one argument"),
        ("--output x.txt", "--output writes a file whose name ends in .json, not 'x.txt'"),
        ("--name 'open", "quote"),
        ("f(x)", "takes options only, not 'f(x)'"),
    ],
)
def test_bad_options_are_one_sentence(line: str, sentence: str) -> None:
    with pytest.raises(OptionError) as raised:
        parse_cell_options(line)
    assert sentence in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("line", "statement"),
    [
        ("f(x)", "f(x)"),
        ("--rate 99 f(x, '--y')", "f(x, '--y')"),
        ("--name='a b'  s = \"c  d\"", 's = "c  d"'),
        ("-- -x", "-x"),
    ],
)
def test_line_options_leave_the_statement_as_typed(line: str, statement: str) -> None:
    assert parse_line_options(line)[1] == statement


def test_help_is_asked_for() -> None:
    with pytest.raises(HelpRequested, match="--engine"):
        parse_cell_options("--rate 0 --help")


def test_help_in_the_notebook_runs_nothing(kernel: Kernel) -> None:
    cell = kernel.run("%%nativeprofile --help\nhelped = 1")
    assert cell.status == "ok" and not cell.ours
    assert "--engine" in cell.text() and "The cell was not run." in cell.text()
    assert kernel.value("'helped' in get_ipython().user_ns") == "False"
    assert "STATEMENT" in kernel.run("%nativeprofile --help").text()


@pytest.mark.parametrize("code", ["%%nativeprofile --bogus\nran = 1", "%nativeprofile --bogus 1"])
def test_unknown_option_in_the_notebook(kernel: Kernel, code: str) -> None:
    cell = kernel.run(code)
    assert cell.status == "error" and not cell.ours and not cell.errors
    assert cell.text("stderr").startswith("UsageError: ")
    assert len(cell.text("stderr").strip().splitlines()) == 1
    assert kernel.value("'ran' in get_ipython().user_ns") == "False"


def test_empty_cells_say_so(kernel: Kernel) -> None:
    for code in ("%%nativeprofile", "%%nativeprofile\n\n  \n", "%%nativeprofile\n# nothing"):
        cell = kernel.run(code)
        assert cell.status == "ok"
        assert cell.failures == ["The cell is empty: there is nothing to profile."]


def test_magic_must_come_first(kernel: Kernel) -> None:
    cell = kernel.run("get_ipython().run_cell_magic('nativeprofile', '', 'ran = 1')")
    assert "must be the first line of the cell" in cell.text("stderr")


def test_import_is_light() -> None:
    """Only the standard library, and little of it (the time is measured by bench/latency.py)."""
    code = (
        "import sys; before = set(sys.modules); import nativeprofile; "
        "new = set(sys.modules) - before; "
        "print(*sorted(m for m in new if m.split('.')[0] not in sys.stdlib_module_names))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert [name for name in out.stdout.split() if not name.startswith("nativeprofile")] == []
    assert "nativeprofile.capture" not in out.stdout and "argparse" not in out.stdout


def test_unload_takes_everything_out(fresh: object) -> None:
    kernel = fresh()  # type: ignore[operator]
    shell = "get_ipython()"
    state = (
        f"(len({shell}.input_transformers_cleanup), "
        f"[len({shell}.events.callbacks[e]) for e in ('pre_run_cell', 'post_run_cell')], "
        f"'nativeprofile' in {shell}.magics_manager.magics['cell'])"
    )
    before = kernel.value(state)
    kernel.run("%load_ext nativeprofile")
    assert kernel.value(state) != before
    assert kernel.run("%%nativeprofile --engine cprofile\n1").profiles
    kernel.run("%reload_ext nativeprofile")
    assert kernel.run("%%nativeprofile --engine cprofile\n1").profile
    kernel.run("%unload_ext nativeprofile")
    assert kernel.value(state) == before
