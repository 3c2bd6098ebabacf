"""Programs in a process of their own, and cells of C and C++: real compilers and engines, exact
counts, what goes wrong, and nothing left."""

from __future__ import annotations

import contextlib
import io
import os
import re
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import Execution, Kernel, settled
from gprofs import PROGRAM, text_of
from natives import c_library, run
from profiles import Named

from nativeprofile.capture.interrupts import Deferred
from nativeprofile.capture.program_process import Process
from nativeprofile.config import OptionError
from nativeprofile.engines.program import Program
from nativeprofile.options import options_from_json
from nativeprofile.tables.categories import Category
from nativeprofile.tables.decode import decode

C = """\
#include <stdio.h>
#include <unistd.h>
static volatile double sink;
static __attribute__((noinline)) void leaf(int n)
{
    double s = 0;
    for (int i = 0; i < n; i++) s += i * 0.5;
    sink = s;
}
static __attribute__((noinline)) int fact(int n)
{
    leaf(1);
    return n < 2 ? 1 : fact(n - 1) + (int)sink;
}
static int half(int n) { return n / 2; }
int main(int argc, char **argv)
{
    for (int i = 0; i < 200; i++) leaf(N + half(i));
    sink += fact(10);
    usleep(S);
    puts("done");
    return argc > 1 ? 3 : 0;
}
"""
"""`leaf` begins in line 4 and is called 210 times, `fact` 10 times."""


def built(folder: Path, *flags: str, text: str = C, name: str = "prog") -> Path:
    source = folder / f"{name}.c"
    source.write_text(text)
    run("cc", "-g", "-O2", "-o", folder / name, source, *flags)
    return folder / name


def functions(profile: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows of the summary by name, without what a compiler appends."""
    return {row["name"].partition(".")[0]: row for row in profile["summary"]["functions"]}


def calls(profile: dict[str, Any]) -> dict[str, int]:
    """How often each function was called, without what a compiler appends."""
    counted = Named(decode(profile)).calls
    return {name.partition(".")[0]: count for name, count in counted.items()}


def said(done: Execution) -> str:
    """The usage error of a run that failed."""
    assert done.status == "error"
    return done.text("stderr").partition("UsageError: ")[2]


def test_perf_of_a_program_and_where_it_waits(kernel: Kernel, tmp_path: Path) -> None:
    program = built(tmp_path, "-DN=400000", "-DS=200000")
    before = list(kernel.cwd.iterdir())
    done = kernel.run(f"%%nativeprofile --command '{program}'")
    profile = done.profile
    assert done.status == "ok" and done.text() == "done\n"
    found, costs = functions(profile), profile["summary"]["categories"]
    assert found["leaf"]["line"] in range(4, 9)
    assert found["leaf"]["source"] == str(tmp_path / "prog.c")
    assert found["leaf"]["self"] > 0.8 * profile["summary"]["total"]
    assert costs["extension"] > 0.8 * (costs["extension"] + costs.get("kernel", 0))
    assert costs["sleep"] >= 200_000_000 and profile["meta"]["wall_ns"] > costs["sleep"]
    assert profile["meta"]["engine"] == "perf" and profile["meta"]["status"] == "ok"
    assert list(kernel.cwd.iterdir()) == before and kernel.leftovers() == []


def test_a_program_that_ends_at_once(kernel: Kernel) -> None:
    done = kernel.run("%nativeprofile --command true")
    meta = done.profile["meta"]
    # The times are those of its records: perf's own start is none of its.
    assert 0 < meta["thread_cpu_ns"] == meta["cpu_ns"] <= meta["wall_ns"]
    kernel.run("import os; was = os.getcwd(); os.mkdir('x'); os.chdir('x'); os.rmdir('../x')")
    done = kernel.run("%nativeprofile --command true")
    kernel.run("os.chdir(was)")
    assert "The kernel's working directory is gone" in said(done)


def test_gprof_of_a_program_counts_as_gprof_does(kernel: Kernel, tmp_path: Path) -> None:
    program = built(tmp_path, "-pg", "-O1", text=PROGRAM)
    done = kernel.run(f"%nativeprofile --engine gprof --command '{program}'")
    run(program, cwd=tmp_path)
    flat = text_of(program, tmp_path / "gmon.out").flat
    counts = calls(done.profile)
    assert counts["mid"] == 510 and counts["fact"] == 500 and counts["burn"] == 1
    assert counts["leaf"] == flat["leaf"][1] and counts["leaf"] > 1_000_000
    assert kernel.leftovers() == [] and not list(kernel.cwd.glob("gmon*"))


def test_gcov_of_a_program(kernel: Kernel, tmp_path: Path) -> None:
    program = built(tmp_path, "--coverage", "-O0", "-DN=510", "-DS=1")
    graph = [path.name for path in tmp_path.iterdir()]
    done = kernel.run(f"%nativeprofile --engine gcov --command '{program}'")
    table = decode(done.profile)
    assert calls(done.profile)["leaf"] == 210 and table.lines is not None
    counts = dict(zip(table.lines.line, table.lines.values[0], strict=True))
    assert (counts[8], counts[13]) == (210, 10)
    assert [path.name for path in tmp_path.iterdir()] == graph
    assert kernel.leftovers() == []


LIBRARY = """\
static volatile double sink;
void leaf(int n) { double s = 0; for (int i = 0; i < n; i++) s += i * 0.5; sink = s; }
void mid(int n) { for (int i = 0; i < 10; i++) leaf(n); }
"""
USER = """\
void leaf(int), mid(int);
int main(void) { for (int i = 0; i < 510; i++) mid(9000); for (int i = 0; i < 200; i++) leaf(9); }
"""


def test_sprof_of_a_shared_library(kernel: Kernel, tmp_path: Path) -> None:
    library = c_library(tmp_path, "-fno-inline", "-Wl,-soname,libx.so.1", source=LIBRARY, name="x")
    (tmp_path / "libx.so.1").symlink_to(library)
    built(tmp_path, f"-Wl,-rpath,{tmp_path}", str(library), text=USER, name="user")
    line = f"--engine sprof --library '{library}' --command '{tmp_path}/user'"
    done = kernel.run(f"%nativeprofile {line}")
    table, counted = decode(done.profile), calls(done.profile)
    assert (counted["mid"], counted["leaf"]) == (510, 5300)
    assert table.edges is not None and sorted(table.edges.calls) == [200, 510, 5100]
    assert done.profile["meta"]["engine"] == "sprof" and kernel.leftovers() == []
    other = kernel.run(f"%nativeprofile --engine sprof --library '{library}' --command true")
    assert other.failures[0].startswith(f"The program did not load {library}")
    wrong = kernel.run("%nativeprofile --engine sprof --library ./no.so --command true")
    assert "There is no library ./no.so." in said(wrong)


@pytest.mark.parametrize("engine", ["perf", "gprof", "callgrind", "gcov"])
def test_a_cell_of_c(kernel: Kernel, engine: str) -> None:
    cell = f"\n%%nativeprofile --language c --engine {engine} --cflags '-DN=9000 -DS=1'\n{C}"
    done = kernel.run(cell)
    profile = done.profile
    (written,) = profile["meta"]["cells"]
    found = functions(profile)
    leaf = found["leaf"]
    lines = written["source"].splitlines()
    # A function is known from its first instruction on, which optimizers move.
    assert "void leaf" in lines[5] and leaf["line"] in range(6, 11)
    assert leaf.get("source", leaf["file"]) == written["name"] == profile["meta"]["name"]
    assert leaf["category"] == "extension"
    if engine == "callgrind":
        # What serves the program's code is that code's, what starts the program is not.
        named = Named(decode(profile))
        owners = {named.names[row]: c for row, c in enumerate(named.profile.functions.category)}
        assert (owners["main"], owners["_dl_relocate_object"]) == (
            Category.EXTENSION,
            Category.SYSTEM,
        )
    if engine != "perf":
        counted = calls(profile)
        assert (counted["leaf"], counted["fact"]) == (210, 10)
        # Nothing is inlined where calls are what is wanted.
        assert counted.get("half", 0) == (0 if engine == "callgrind" else 200)
    assert done.text() == "done\n" and kernel.leftovers() == []


@pytest.mark.parametrize(("engine", "options"), [("perf", ""), ("callgrind", "--asm")])
def test_the_machine_code_of_a_cell_is_kept_as_text(
    kernel: Kernel, tmp_path: Path, engine: str, options: str
) -> None:
    flags = "-DN=40000 -DS=1"
    first = f"%%nativeprofile --language c --engine {engine} {options} --cflags '{flags}'"
    profile = decode(kernel.run(f"{first}\n{C}").profile)
    names, kept = profile.strings, profile.disassembly
    functions = {
        row: names[profile.functions.name[f]] for row, f in enumerate(profile.code.function)
    }
    (leaf,) = (row for row, name in functions.items() if name == "leaf")
    rows = [n for n, row in enumerate(kept.code) if row == leaf]
    told = [names[kept.mnemonic[n]] for n in rows if kept.mnemonic[n] >= 0]
    # The same as of a program that stays, built alike.
    program = built(tmp_path, *flags.split(), "-fno-omit-frame-pointer")
    text = run("objdump", "-d", "-Mintel", "--no-show-raw-insn", "--disassemble=leaf", program)
    assert told == re.findall(r"^ +[0-9a-f]+:\t(\S+)", text, re.MULTILINE)
    offsets = {kept.offset[n] for n in rows}
    costs = profile.instructions
    assert {o for row, o in zip(costs.code, costs.offset, strict=True) if row == leaf} <= offsets
    assert {names[kept.file[n]] for n in rows} == {profile.meta["cells"][0]["name"]}
    assert {kept.line[n] for n in rows} <= set(range(5, 11))
    jumps = [n for n in rows if kept.mnemonic[n] >= 0 and names[kept.mnemonic[n]].startswith("j")]
    assert jumps and all(kept.target[n] in offsets for n in jumps)


THREADS = """\
#include <pthread.h>
static volatile int sink;
static __attribute__((noinline)) void step(int n) { sink = n; }
static __attribute__((noinline)) void *walk(void *times)
{
    for (long i = 0; i < (long)times; i++)
        step(i);
    return 0;
}
int main(void)
{
    pthread_t other;
    pthread_create(&other, 0, walk, (void *)1000000L);
    walk((void *)510L);
    return pthread_join(other, 0);
}
"""


@pytest.mark.parametrize("engine", ["callgrind", "gcov"])
def test_two_threads_count_exactly(kernel: Kernel, engine: str) -> None:
    done = kernel.run(f"%%nativeprofile --language c --engine {engine}\n{THREADS}")
    counted = calls(done.profile)
    assert (counted["step"], counted["walk"]) == (1_000_510, 2)


def test_perf_of_threads_and_of_what_a_program_starts(kernel: Kernel, tmp_path: Path) -> None:
    busy = "{ for (volatile long j = 0; j < 30000000; j++); step(i); }"
    text = THREADS.replace("step(i);", busy).replace("1000000L", "1").replace("510L", "1")
    program = built(tmp_path, "-pthread", text=text)
    script = tmp_path / "both.sh"
    script.write_text(f"#!/bin/sh\n{program}; cat; echo end\n")  # there is no input
    script.chmod(0o755)
    done = kernel.run(f"%nativeprofile --command '{script}'")
    table = decode(done.profile)
    assert done.text() == "end\n" and done.status == "ok"
    spent: Counter[int] = Counter()
    for thread, value in zip(table.samples.thread, table.samples.values[0], strict=True):
        spent[thread] += value
    two = [table.threads.pid[thread] for thread, _ in spent.most_common(2)]
    assert two[0] == two[1] and min(n for _, n in spent.most_common(2)) > 0.3 * spent.total()
    assert "child process" in " ".join(done.profile["quality"]["notes"])


def test_a_cell_of_cpp_that_fails(kernel: Kernel) -> None:
    source = "#include <vector>\n#include <cstdlib>\nint main() { std::vector<int> v(9); abort(); }"
    done = kernel.run(f"%%nativeprofile --language c++\n{source}")
    words = "The program was ended by SIGABRT; what it had printed but not flushed yet is lost."
    assert said(done) == f"{words}\n"
    assert done.profile["meta"]["status"] == "error"
    assert words in done.profile["quality"]["notes"]


def test_a_cell_that_crashes_and_how_its_line_is_found(kernel: Kernel) -> None:
    source = "int deep(int *p)\n{\n    return *p;\n}\nint main(void) { return deep((int *)8); }"
    done = kernel.run(f"%%nativeprofile --language c --cflags=-O0\n{source}")
    hint = "--cflags=-fsanitize=address"
    assert "ended by SIGSEGV; what it had printed" in said(done) and hint in said(done)
    done = kernel.run(f"%%nativeprofile --language c --cflags='-O0 -fsanitize=address'\n{source}")
    assert re.search(r"#0 \S+ in deep .*cell\.c:4\b", done.text("stderr"))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("int f(void)\n{\n    return zero;\n}", r"In[{}]:4:12: error: ‘zero’ undeclared"),
        (
            "int f(void) { return 1; }",
            "undefined reference to `main'. Nothing was run. A program begins in int main",
        ),
    ],
)
def test_errors_of_the_compiler_have_the_lines_of_the_cell(
    kernel: Kernel, code: str, sentence: str
) -> None:
    done = kernel.run(f"%%nativeprofile --language c\n{code}")
    assert sentence.format(done.reply["execution_count"]) in said(done)
    assert done.ours == [] and kernel.leftovers() == []


def test_clang_has_counters_of_its_own(kernel: Kernel, tmp_path: Path) -> None:
    clang = tmp_path / "my-cc"
    clang.write_text("#!/bin/sh\necho 'Debian clang version 14.0.6'\n")
    clang.chmod(0o700)
    kernel.run(f"import os; os.environ['CC'] = {str(clang)!r}")
    done = kernel.run("%%nativeprofile --language c --engine gcov\nint main(void) { return 0; }")
    (tmp_path / "x.c").write_text("int f(void) { return 1; }")
    built = kernel.run(f"%nativeprofile_build {tmp_path}/x.c --for gcov --output {tmp_path}/out")
    kernel.run("del os.environ['CC']")
    assert f"{clang} is Clang, whose counters gcov does not read. Nothing was run." in said(done)
    assert "is Clang, whose counters gcov does not read" in built.text("stderr")


WRONG = [
    ("--command ./nothing", "There is no program ./nothing in "),
    ("--command nothing-here", "There is no program nothing-here on the PATH"),
    ("--command 'cd /tmp'", "cd is a word of shells"),
    ("--command ''", "The command is empty"),
    ("--command 'x \\'y'", "has an open quote"),
    ("--engine cprofile --command true", "cprofile does not profile programs: choose perf"),
    ("--engine gcov --add --command true", "--add adds up cells"),
    ("--engine sprof --command true", "--engine sprof needs the library"),
    ("--engine sprof", "sprof profiles programs: add --command"),
    ("--language c --command true", "take one of them"),
    ("--cflags=-g --command true", "--cflags is for a cell of C or C++"),
    ("--command true\n1 + 1", "put the code below it into a cell of its own. Nothing was run."),
    ("--language c", "--language is for a whole cell"),
]


@pytest.mark.parametrize(("options", "sentence"), WRONG)
def test_what_cannot_be_run_is_said(kernel: Kernel, options: str, sentence: str) -> None:
    done = kernel.run(f"%%nativeprofile {options}")
    assert sentence in said(done) and done.ours == []


def test_no_program_is_armed() -> None:
    for asked in ({"command": "true"}, {"language": "c"}):
        with pytest.raises(OptionError, match="programs are run by the magics"):
            options_from_json(asked)


def test_a_program_without_pg_or_that_fails(kernel: Kernel, tmp_path: Path) -> None:
    program = built(tmp_path, "-DN=1", "-DS=1")
    done = kernel.run(f"%nativeprofile --engine gprof --command '{program}'")
    assert done.failures[0].startswith("prog wrote no gmon.out: it was not built with -pg.")
    done = kernel.run(f"%nativeprofile --engine gcov --command '{program}'")
    assert done.failures[0].startswith("prog wrote no counters: it was not built with --coverage")
    done = kernel.run(f"%nativeprofile --command '{program} more'")
    assert said(done) == "The program ended with exit status 3.\n"
    assert done.profile["meta"]["status"] == "error"
    program.chmod(0o600)
    done = kernel.run(f"%nativeprofile --command '{program}'")
    assert "is no program that you may run. Nothing was run. chmod +x" in said(done)


@pytest.mark.parametrize("engine", ["perf", "callgrind"])
def test_an_interrupt_keeps_the_profile(kernel: Kernel, engine: str) -> None:
    code = '#include <stdio.h>\nint main(void) { puts("on"); fflush(stdout); for (;;); }'
    done = kernel.run(
        f"%%nativeprofile --language c --engine {engine}\n{code}",
        interrupt_when=lambda seen: seen.text() == "on\n",
    )
    assert done.errors[0]["ename"] == "KeyboardInterrupt"
    assert done.profile["meta"]["status"] == "interrupted"
    assert functions(done.profile)["main"]["self"] > 0.5 * done.profile["summary"]["total"]
    assert kernel.leftovers() == []


def test_an_interrupt_ends_the_compiler(kernel: Kernel, tmp_path: Path) -> None:
    slow, begun = tmp_path / "slow", tmp_path / "begun"
    slow.write_text(f"#!/bin/sh\necho $$ > {begun}\nsleep 300\n")
    slow.chmod(0o700)
    kernel.run(f"import os; os.environ['CC'] = {str(slow)!r}")
    done = kernel.run(
        "%%nativeprofile --language c\nint main(void) { return 0; }",
        interrupt_when=lambda seen: begun.exists() and bool(begun.read_text()),
    )
    kernel.run("del os.environ['CC']")
    assert done.errors[0]["ename"] == "KeyboardInterrupt" and done.ours == []
    assert session(int(begun.read_text())) == [] and kernel.leftovers() == []


class Slow(io.TextIOBase):
    """Takes any text, as slowly as a notebook does; counts what comes once a process is gone."""

    late = 0

    def __init__(self, pid: int) -> None:
        self._process = Path(f"/proc/{pid}")

    def write(self, text: str) -> int:
        time.sleep(0.002)
        self.late += not self._process.exists()
        return len(text)


def test_nobody_waits_for_what_a_program_leaves_behind() -> None:
    words = ["sh", "-c", "yes & sleep 0.3; exit 3"]
    process = Process(Program(words, dict(os.environ), "/"))
    output = Slow(process.pid)
    with contextlib.redirect_stdout(output), Deferred() as interrupts:
        ended = process.stream(interrupts)
    assert (ended.returncode, ended.stopped) == (3, "")
    assert output.late < 40
    process.close()
    assert settled(lambda: session(ended.pid)) == []


def session(leader: int) -> list[str]:
    """The processes of a session."""
    rows = run("ps", "-eo", "sess=,stat=,args=").splitlines()
    return [row for row in rows if row.split()[0] == str(leader) and row.split()[1][0] != "Z"]


def test_a_time_limit_is_no_error(kernel: Kernel) -> None:
    code = "int main(void) { for (;;); }"
    done = kernel.run(f"%%nativeprofile --language c --time-limit 0.5\n{code}")
    assert done.status == "ok" and done.profile["meta"]["status"] == "interrupted"
    assert "ended at its time limit" in done.profile["quality"]["notes"][0]
