"""Every file format: recognised by its look, round trips, damage told in a sentence."""

from __future__ import annotations

import cProfile
import json
import marshal
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from profiles import COST, profile

from nativeprofile import formats
from nativeprofile.formats import collapsed, notebook, perf_script, pstats, speedscope
from nativeprofile.formats.calls import c_function
from nativeprofile.formats.perf_map import PerfMap
from nativeprofile.tables.categories import PLUMBING, Category
from nativeprofile.tables.encode import MIME_TYPE, encode
from nativeprofile.tables.errors import FormatError
from nativeprofile.tables.profile import Profile
from nativeprofile.tables.summary import summarise

EXAMPLE = """
    In[5]:2 > work@/lib/tool.py:4 > sorted [builtin libc]   3
    In[5]:2 > work@/lib/tool.py:3   2
    In[5]:2 > dot [extension numpy] > sys_futex [kernel]   1
"""

# The documented shape: https://www.speedscope.app/file-format-schema.json
SPEEDSCOPE = {
    "type": "object",
    "required": ["$schema", "shared", "profiles"],
    "properties": {
        "$schema": {"const": "https://www.speedscope.app/file-format-schema.json"},
        "name": {"type": "string"},
        "exporter": {"type": "string"},
        "activeProfileIndex": {"type": "number"},
        "shared": {
            "type": "object",
            "required": ["frames"],
            "properties": {
                "frames": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name"],
                        "properties": {
                            "name": {"type": "string"},
                            "file": {"type": "string"},
                            "line": {"type": "number"},
                            "col": {"type": "number"},
                        },
                    },
                }
            },
        },
        "profiles": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["type", "name", "unit", "startValue", "endValue"],
                "properties": {
                    "type": {"enum": ["sampled", "evented"]},
                    "unit": {
                        "enum": [
                            *("none", "nanoseconds", "microseconds"),
                            *("milliseconds", "seconds", "bytes"),
                        ]
                    },
                    "samples": {"items": {"items": {"type": "integer", "minimum": 0}}},
                    "weights": {"items": {"type": "number"}},
                },
            },
        },
    },
}


def stacks(measured: Profile) -> Counter[tuple[str, ...]]:
    """Cost by stack, each frame as `name:line`."""
    paths: list[tuple[str, ...]] = []
    frames, functions = measured.frames, measured.functions
    for prefix, frame in zip(measured.stacks.prefix, measured.stacks.frame, strict=True):
        name = measured.strings[functions.name[frames.function[frame]]]
        here = f"{name}:{frames.line[frame]}"
        paths.append((*paths[prefix], here) if prefix >= 0 else (here,))
    found: Counter[tuple[str, ...]] = Counter()
    for stack, cost in zip(measured.samples.stack, measured.samples.values[0], strict=True):
        found[paths[stack]] += cost
    return found


class TestEveryFormat:
    @pytest.mark.parametrize(
        ("name", "file"),
        [("collapsed", "x.folded"), ("speedscope", "x.speedscope.json"), ("wire", "x.json")],
    )
    def test_stacks_and_costs_come_back(self, name: str, file: str, tmp_path: Path) -> None:
        before = profile(EXAMPLE)
        formats.write(name, before, tmp_path / file)
        assert formats.by_suffix(tmp_path / file) == name
        assert formats.recognise(tmp_path / file) == name
        after = formats.open(tmp_path / file)
        assert stacks(after) == stacks(before)
        formats.write(name, after, tmp_path / "again")
        assert stacks(formats.read(name, tmp_path / "again")) == stacks(before)

    def test_a_profile_out_of_a_saved_notebook_is_known_by_its_sorted_keys(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "x.json").write_text(json.dumps(encode(profile(EXAMPLE)), sort_keys=True))
        assert formats.recognise(tmp_path / "x.json") == "wire"

    @pytest.mark.parametrize("name", ["collapsed", "speedscope"])
    def test_python_native_and_kernel_are_told_apart(self, name: str, tmp_path: Path) -> None:
        formats.write(name, profile(EXAMPLE), tmp_path / "x")
        categories = summarise(formats.read(name, tmp_path / "x"))["categories"]
        assert categories == {"python": 2 * COST, "extension": 3 * COST, "kernel": COST}

    @pytest.mark.parametrize("name", formats.FORMATS)
    def test_files_of_nonsense_are_told(self, name: str, tmp_path: Path) -> None:
        for content in (b"", b"\0" * 100, b"{", b"[]", b"{}", b"\xff\xfe", b"{(" + b"\xff" * 50):
            (tmp_path / "x").write_bytes(content)
            with pytest.raises(FormatError) as told:
                formats.read(name, tmp_path / "x")
            assert "\n" not in str(told.value)

    @pytest.mark.parametrize("name", formats.FORMATS)
    def test_a_missing_file_is_told(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(FormatError):
            formats.read(name, tmp_path / "nowhere")
        with pytest.raises(FormatError, match="No such file"):
            formats.open(tmp_path / "nowhere")

    @pytest.mark.parametrize("name", ["pstats", "speedscope", "wire", "notebook"])
    def test_cut_off_anywhere(self, name: str, tmp_path: Path) -> None:
        whole = tmp_path / "whole"
        if name == "pstats":
            profiler = cProfile.Profile()
            profiler.runcall(sorted, [3, 1, 2], key=lambda value: -value)
            profiler.dump_stats(whole)
        elif name == "notebook":
            whole.write_text(json.dumps(notebook_of(profile(EXAMPLE))))
        else:
            formats.write(name, profile(EXAMPLE), whole)
        data = whole.read_bytes()
        formats.read(name, whole)
        for cut in range(0, len(data) - 2, max(1, len(data) // 60)):
            (tmp_path / "cut").write_bytes(data[:cut])
            with pytest.raises(FormatError):
                formats.read(name, tmp_path / "cut")

    def test_unknown_names(self, tmp_path: Path) -> None:
        with pytest.raises(FormatError, match="There is no format 'vtune'"):
            formats.read("vtune", tmp_path)
        with pytest.raises(FormatError, match="only read"):
            formats.write("notebook", profile(EXAMPLE), tmp_path / "x")

    @pytest.mark.parametrize("name", ["collapsed", "speedscope"])
    def test_a_profile_without_stacks_has_no_such_form(self, name: str, tmp_path: Path) -> None:
        exact = profile(EXAMPLE)
        exact.samples.stack.clear()
        with pytest.raises(FormatError, match="has no stacks"):
            formats.write(name, exact, tmp_path / "x")
        assert not (tmp_path / "x").exists()


_MEASURED = """
import cProfile, sys, time
def twice(value):
    return len(str(value)) + len(str(value))
def work():
    for value in range(100):
        twice(value)
    time.sleep(0.05)
profiler = cProfile.Profile()
profiler.runcall(work)
profiler.dump_stats(sys.argv[1])
"""


class TestPstats:
    def measured(self, tmp_path: Path) -> Profile:
        # In a process of its own: cProfile counts what other threads call as this one's.
        file = tmp_path / "x.pstats"
        subprocess.run([sys.executable, "-c", _MEASURED, str(file)], check=True)
        return formats.open(file)

    def test_calls_costs_and_callers(self, tmp_path: Path) -> None:
        measured = self.measured(tmp_path)
        rows = {row["name"]: row for row in summarise(measured)["functions"]}
        assert rows["len"]["calls"] == 200
        assert rows["len"]["category"] == "builtin"
        assert rows["time.sleep"]["category"] == "waiting"
        assert rows["time.sleep"]["self"] >= 50_000_000
        assert rows["twice"]["calls"] == 100
        assert rows["work"]["inclusive"] >= rows["time.sleep"]["self"]
        edges = measured.edges
        assert edges is not None
        names = [measured.strings[name] for name in measured.functions.name]
        found = {
            (names[caller], names[callee]): calls
            for caller, callee, calls in zip(edges.caller, edges.callee, edges.calls, strict=True)
        }
        assert found["twice", "<built-in method builtins.len>"] == 200
        assert found["work", "twice"] == 100

    def test_round_trip(self, tmp_path: Path) -> None:
        before = self.measured(tmp_path)
        formats.write("pstats", before, tmp_path / "again.pstats")
        after = formats.open(tmp_path / "again.pstats")
        assert summarise(after)["functions"] == summarise(before)["functions"]
        assert after.edges == before.edges

    def test_pstats_itself_reads_what_is_written(self, tmp_path: Path) -> None:
        import pstats as standard

        formats.write("pstats", self.measured(tmp_path), tmp_path / "again.pstats")
        assert standard.Stats(str(tmp_path / "again.pstats")).total_calls >= 300

    def test_a_sampled_profile_has_no_calls_to_write(self, tmp_path: Path) -> None:
        with pytest.raises(FormatError, match="exact call counts"):
            formats.write("pstats", profile(EXAMPLE), tmp_path / "x")

    def test_the_statements_of_a_cell_are_the_cell(self, tmp_path: Path) -> None:
        import marshal

        file = "/tmp/ipykernel_1/2.py"
        cell = (file, 1, "<module>")
        later = (file, 3, "<module>")
        built_in = ("~", 0, "<built-in method time.sleep>")
        stats = {
            cell: (1, 1, 0.1, 0.3, {}),
            later: (1, 1, 0.2, 0.2, {}),
            built_in: (2, 2, 0.2, 0.2, {cell: (2, 2, 0.2, 0.2)}),
        }
        (tmp_path / "profile.pstats").write_bytes(marshal.dumps(stats))
        run = {
            "format": 1, "engine": "cprofile", "kind": "exact", "name": "In[5]", "prompt": 5,
            "status": "ok", "wall_ns": 500_000_000, "notes": [], "data": {"file": "profile.pstats"},
            "cells": [{"filename": file, "name": "In[5]", "prompt": 5, "id": None, "source": "x"}],
        }  # fmt: skip
        measured = pstats.read_run(tmp_path, run)
        (row,) = (r for r in summarise(measured)["functions"] if r["name"] == "In[5]")
        assert (row["self"], row["inclusive"], row["calls"]) == (300_000_000, 500_000_000, 2)
        assert [cell["name"] for cell in measured.meta["cells"]] == ["In[5]"]

    @pytest.mark.parametrize(
        "damage",
        [
            (1, 1, float("nan"), 0.0, {}),
            (1, 1, float("inf"), 0.0, {}),
            (1, -1, 0.0, 0.0, {}),
            (1, "x", 0.0, 0.0, {}),
            (1, 1),
        ],
    )
    def test_numbers_that_are_none(self, damage: Any, tmp_path: Path) -> None:
        import marshal

        (tmp_path / "x").write_bytes(marshal.dumps({("a.py", 1, "f"): damage}))
        with pytest.raises(FormatError, match="damaged"):
            pstats.read(tmp_path / "x")


@pytest.mark.parametrize(
    ("label", "name", "category"),
    [
        ("<built-in method time.sleep>", "time.sleep", Category.WAITING),
        ("<built-in method builtins.len>", "len", Category.BUILTIN),
        ("<method 'append' of 'list' objects>", "list.append", Category.BUILTIN),
        ("<method 'acquire' of '_thread.lock' objects>", "_thread.lock.acquire", Category.WAITING),
        ("<method 'poll' of 'select.epoll' objects>", "select.epoll.poll", Category.WAITING),
        ("<method 'dot' of 'numpy.ndarray' objects>", "numpy.ndarray.dot", Category.EXTENSION),
        ("<built-in method numpy.array>", "numpy.array", Category.EXTENSION),
        ("<built-in method _imp.create_dynamic>", "_imp.create_dynamic", Category.IMPORT),
        ("<built-in method builtins.compile>", "compile", Category.IMPORT),
        ("<built-in method gc.collect>", "gc.collect", Category.GC),
        ("<method 'disable' of '_lsprof.Profiler' objects>", "_lsprof.Profiler.disable",
         Category.PROFILER),
        ("<function A.__contains__ at 0x7ff4>", "A.__contains__", Category.PYTHON),
        ("something else", "something else", Category.BUILTIN),
    ],
)  # fmt: skip
def test_c_functions_by_their_labels(label: str, name: str, category: Category) -> None:
    known = c_function(label)
    assert (known.name, known.category) == (name, category)


class TestCollapsed:
    def test_each_kind_of_frame(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_text("main (app.py:3);np.dot (libblas.so);do_read_[k] 7\n\nmain 1\n")
        measured = collapsed.read(tmp_path / "x")
        assert stacks(measured) == {("main:3", "np.dot:-1", "do_read:-1"): 7, ("main:-1",): 1}
        assert summarise(measured)["unit"] == "count"

    def test_a_separator_in_a_name_does_not_split_it(self, tmp_path: Path) -> None:
        odd = profile("In[5]:1 > f [builtin]   1")
        odd.strings[odd.functions.name[1]] = "a;b\nc"
        collapsed.write(odd, tmp_path / "x")
        assert list(stacks(collapsed.read(tmp_path / "x"))) == [("In[5]:1", "a:b:c:-1")]

    def test_a_line_that_is_none_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "x").write_text("a;b 3\na;b\n")
        with pytest.raises(FormatError, match="Line 2 of x is no collapsed stack"):
            collapsed.read(tmp_path / "x")


class TestSpeedscope:
    def test_is_as_documented(self, tmp_path: Path) -> None:
        speedscope.write(profile(EXAMPLE), tmp_path / "x")
        document = json.loads((tmp_path / "x").read_text())
        jsonschema.validate(document, SPEEDSCOPE)
        (part,) = document["profiles"]
        assert part["unit"] == "nanoseconds"
        assert part["endValue"] == sum(part["weights"]) == 6 * COST
        assert max(map(max, part["samples"])) < len(document["shared"]["frames"])

    def test_evented_profiles_are_read(self, tmp_path: Path) -> None:
        event = [("O", 0, 1), ("O", 1, 2), ("C", 1, 5), ("C", 0, 6)]
        document = {
            "$schema": speedscope.SCHEMA,
            "shared": {"frames": [{"name": "main", "file": "a.py", "line": 1}, {"name": "leaf"}]},
            "profiles": [
                {
                    "type": "evented", "name": "t", "unit": "milliseconds",
                    "startValue": 0, "endValue": 6,
                    "events": [{"type": t, "frame": f, "at": at} for t, f, at in event],
                }
            ],
        }  # fmt: skip
        (tmp_path / "x").write_text(json.dumps(document))
        assert stacks(formats.open(tmp_path / "x")) == {
            ("main:1",): 2_000_000,
            ("main:1", "leaf:-1"): 3_000_000,
        }

    @pytest.mark.parametrize(
        "change",
        [
            {"samples": [[99]], "weights": [1]},
            {"samples": [[-1]], "weights": [1]},
            {"samples": [[0]], "weights": []},
            {"samples": [[0]], "weights": [-5]},
            {"samples": [[0]], "weights": [float("nan")]},
            {"type": "odd"},
        ],
    )
    def test_contradictions(self, change: dict[str, Any], tmp_path: Path) -> None:
        speedscope.write(profile(EXAMPLE), tmp_path / "x")
        document = json.loads((tmp_path / "x").read_text())
        document["profiles"][0].update(change)
        (tmp_path / "x").write_text(json.dumps(document))
        with pytest.raises(FormatError):
            speedscope.read(tmp_path / "x")


def notebook_of(*measured: Profile, more: list[Any] | None = None) -> dict[str, Any]:
    messages = [encode(one) for one in measured] + (more or [])
    return {
        "cells": [
            {"cell_type": "markdown", "source": "no outputs"},
            *(
                {"cell_type": "code", "outputs": [{"data": {MIME_TYPE: message}}, {"name": "x"}]}
                for message in messages
            ),
        ]
    }


class TestNotebook:
    def test_every_profile_in_order(self, tmp_path: Path) -> None:
        made = [profile("In[5]:1   1", name=f"In[{number}]") for number in (1, 2)]
        file = tmp_path / "n.ipynb"
        progress = {"version": 1, "progress": {"phase": "running"}}
        file.write_text(json.dumps(notebook_of(*made, more=[progress])))
        assert [one.meta["name"] for one in notebook.read_all(file)] == ["In[1]", "In[2]"]
        with pytest.raises(FormatError, match=re.escape("2 profiles: In[1], In[2]. Name one")):
            formats.open(file)

    def test_none_says_how_to_make_one(self, tmp_path: Path) -> None:
        (tmp_path / "n.ipynb").write_text(json.dumps(notebook_of()))
        with pytest.raises(FormatError, match="Run its cells with %%nativeprofile"):
            formats.open(tmp_path / "n.ipynb")

    def test_a_failure_is_repeated(self, tmp_path: Path) -> None:
        failed = {"version": 1, "error": {"message": "perf was killed.", "remedy": "Again."}}
        (tmp_path / "n.ipynb").write_text(json.dumps(notebook_of(more=[failed])))
        with pytest.raises(FormatError, match=r"perf was killed\. Again\."):
            formats.open(tmp_path / "n.ipynb")


class TestPerfScript:
    TEXT = (
        "python 10/10 5.000000100:    1001001 cpu-clock:u: \n"
        "\t7f01 _PyEval_EvalFrameDefault+0x10 (/usr/bin/python3)\n"
        "\t1005 [unknown] (//anon)\n"
        "\t7f02 main+0x1 (/usr/bin/python3)\n"
        "\n"
        "a thread 10/11 4.000000100:    1001001 cpu-clock:u: \n"
        "\tffffffff81 do_syscall+0x1 ([kernel.kallsyms])\n"
        "\t7f02 [unknown] (/usr/lib/libx y.so (deleted))\n"
        "\n"
    )

    def test_names_from_the_map_kernel_and_threads(self) -> None:
        names = PerfMap({0x1000: (0x1010, "py::work:/home/me/tool.py")})
        measured = perf_script._profile(self.TEXT, "x", names)
        assert stacks(measured) == {
            ("main:-1", "work:-1", "_PyEval_EvalFrameDefault:-1"): 1_001_001,
            ("[unknown]:-1", "do_syscall:-1"): 1_001_001,
        }
        assert [measured.strings[name] for name in measured.threads.name] == ["python", "a thread"]
        assert measured.samples.time == [0, 1_000_000]
        assert measured.quality["unresolved"] == 0.25

    def test_a_map_file_cut_off_in_its_last_line(self, tmp_path: Path) -> None:
        (tmp_path / "m").write_text("1000 10 py::f:a.py\n2000 1")
        names = PerfMap.read(tmp_path / "m")
        found = [names.name(address) for address in (0xFFF, 0x1000, 0x100F, 0x1010, 0x2000)]
        assert found == [None, "py::f:a.py", "py::f:a.py", None, None]
        (tmp_path / "m").write_text("nothing")
        with pytest.raises(FormatError, match="names no function"):
            PerfMap.read(tmp_path / "m")


@pytest.mark.parametrize(
    ("file", "name", "folded"),
    [
        ("/venv/lib/python3.13/site-packages/zmq/sugar/socket.py", "Socket.send", True),
        ("/venv/lib/python3.13/site-packages/traitlets/traitlets.py", "TraitType.get", True),
        ("/venv/Lib/site-packages/IPython/core/displayhook.py", "DisplayHook.__call__", True),
        ("~", "<method 'send' of 'zmq.backend.cython._zmq.Socket' objects>", True),
        ("/venv/lib/python3.13/site-packages/pandas/core/frame.py", "DataFrame.head", False),
        ("/home/me/communicate.py", "Socket.send", False),
        ("~", "<built-in method builtins.sorted>", False),
    ],
)
def test_the_notebook_s_machinery_is_plumbing(
    file: str, name: str, folded: bool, tmp_path: Path
) -> None:  # check 19
    stats = {
        (file, 1, name): (1, 1, 0.5, 0.5, {}),
        ("~", 0, "<built-in method time.sleep>"): (1, 1, 0.1, 0.1, {}),
    }
    (tmp_path / "x.pstats").write_bytes(marshal.dumps(stats))
    measured = pstats.read(tmp_path / "x.pstats")
    assert [flags == PLUMBING for flags in measured.functions.flags] == [folded, False]
    listed = [row["name"] for row in summarise(measured)["functions"]]
    assert len(listed) == (1 if folded else 2)
