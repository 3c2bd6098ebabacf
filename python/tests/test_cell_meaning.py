"""A profiled cell means what it means unprofiled (notebook checks 3 to 10), on real kernels.

Each test names the check it stands for; `engine` runs it under every engine that works here.
"""

from __future__ import annotations

import re

import pytest
from conftest import Kernel


def magic(engine: str, code: str) -> str:
    return f"%%nativeprofile --engine {engine}\n{code}"


def own(kernel: Kernel, code: str) -> list[dict[str, object]]:
    """The cell's own outputs, without execution counts and addresses."""
    outputs = kernel.run(code).own
    for output in outputs:
        output.pop("execution_count", None)
    return outputs


def test_3_last_expression_is_the_result(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(magic(engine, "import math\nmath.sqrt(1764)"))
    assert cell.result == "42.0"
    assert cell.profile["meta"]["engine"] == engine
    prompt = cell.reply["execution_count"]
    shown = [o for o in cell.outputs if o["output_type"] == "execute_result"]
    assert shown[0]["execution_count"] == prompt
    assert cell.profile["meta"]["name"] == f"In[{prompt}]"
    assert kernel.value(f"(_, Out[{prompt}])") == "(42.0, 42.0)"


def test_3_semicolon_suppresses_the_result(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(magic(engine, "1 + 1;"))
    assert cell.result is None and cell.profiles


def test_4_names_persist_and_no_new_ones_appear(kernel: Kernel, engine: str) -> None:
    before = kernel.value("sorted(n for n in get_ipython().user_ns if not n.startswith('_'))")
    cell = kernel.run(magic(engine, "import json as js4\nv4 = 4\ndef f4(): return v4\n1/0"))
    assert cell.status == "error" and cell.profile["meta"]["status"] == "error"
    assert kernel.value("f4(), js4.__name__") == "(4, 'json')"
    kernel.run("del js4, v4, f4")
    after = kernel.value("sorted(n for n in get_ipython().user_ns if not n.startswith('_'))")
    assert after == before


def test_5_top_level_await_on_the_kernels_loop(kernel: Kernel, engine: str) -> None:
    kernel.run(
        "import asyncio\nloop5 = asyncio.get_running_loop()\n"
        "async def ticks():\n    for i in range(3):\n        await asyncio.sleep(0.01)\n"
        "        yield i\n"
        "task5 = asyncio.ensure_future(asyncio.sleep(0.3, result='early'))"
    )
    cell = kernel.run(
        magic(
            engine,
            "assert asyncio.get_running_loop() is loop5\n"
            "seen = [i async for i in ticks()]\n"
            "x = await asyncio.sleep(0.05, result=42)\n"
            "x, seen, await task5",
        )
    )
    assert cell.result == "(42, [0, 1, 2], 'early')"
    assert cell.profile["meta"]["status"] == "ok"


def test_5_tasks_of_the_cell_outlive_it(kernel: Kernel, engine: str) -> None:
    kernel.run("import asyncio")
    cell = kernel.run(magic(engine, "t5 = asyncio.create_task(asyncio.sleep(0.1, result='late'))"))
    assert cell.profiles
    assert kernel.run("await t5").result == "'late'"


def test_6_exceptions_show_the_cells_frames_and_no_others(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(magic(engine, "def f():\n    return 1 / 0\n\nf()"))
    prompt = cell.reply["execution_count"]
    assert cell.status == "error" and cell.errors[0]["ename"] == "ZeroDivisionError"
    assert len(cell.errors) == 1
    assert re.search(rf"In\s?\[{prompt}\], line 5", cell.traceback)
    assert re.search(rf"In\s?\[{prompt}\], line 3, in f\(\)", cell.traceback)
    assert "----> 5 f()" in cell.traceback and "----> 3     return 1 / 0" in cell.traceback
    assert "nativeprofile/" not in cell.traceback and "cProfile" not in cell.traceback
    assert cell.profile["meta"]["status"] == "error"


def test_6_blank_lines_above_the_magic_count(kernel: Kernel) -> None:
    cell = kernel.run("\n\n%%nativeprofile --engine cprofile\n\n1 / 0")
    assert re.search(r"line 5\n", cell.traceback), cell.traceback
    cells = cell.profile["meta"]["cells"]
    assert cells[-1]["source"] == "\n\n%%nativeprofile --engine cprofile\n\n1 / 0"


def test_8_a_syntax_error_is_one_error_and_no_picture(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(magic(engine, "x = 1\ny = = 2"))
    assert [o["output_type"] for o in cell.outputs] == ["error"]
    assert cell.errors[0]["ename"] == "SyntaxError" and "line 3" in cell.traceback
    assert "nativeprofile/" not in cell.traceback
    assert kernel.leftovers() == []
    assert kernel.run(magic(engine, "1")).profiles


def test_8_progress_does_not_stay_where_nothing_ran(kernel: Kernel, engine: str) -> None:
    change = "import nativeprofile.capture.display as shown; shown.PROGRESS_AFTER = {}"
    kernel.run(change.format("0"))
    cell = kernel.run(f"%%nativeprofile --engine {engine}\n  1\n 2")
    kernel.run(change.format("1"))
    assert cell.progress and cell.errors[0]["ename"] == "IndentationError"
    assert cell.ours == []


@pytest.mark.parametrize(
    "code",
    [
        's = """a\n%%nativeprofile\n\tb\n"""\ns',
        "s = '''x\n#y\n  z'''\nt = f'{s!r:>30}'\ns, t",
        "# -*- coding: utf-8 -*-\ns = 'é\\tü'\ns.encode()",
        "from __future__ import annotations\ndef f(x: undefined): ...\nf.__annotations__",
        "s = '''a \"\"\" b \"\"\" c'''\ns",
        "if True:\n\tx = 'tab\tinside'\nx",
    ],
    ids=["triple", "f-string", "coding", "future", "nested-quotes", "tabs"],
)
def test_9_strings_and_futures_as_unprofiled(kernel: Kernel, engine: str, code: str) -> None:
    assert own(kernel, magic(engine, code)) == own(kernel, code)


@pytest.mark.parametrize(
    "code",
    [
        "!echo one; echo two",
        "x = !echo captured\nx",
        "%precision 3\n3.14159",
        "y = %sx echo hi\nprint(y)",
        "print('a')\ndisplay('b')\nprint('c')\nimport sys\nprint('e', file=sys.stderr)\n'd'",
        "%%bash\necho from bash",
        "%%capture out\nprint('kept')",
        "%%timeit -n1 -r1 -q\npass",
        "for i in range(3):\n    print(i)",
        "import math\nmath?",
    ],
)
def test_10_other_magics_and_order_of_output(kernel: Kernel, code: str) -> None:
    expected = own(kernel, code)
    cell = kernel.run(magic("cprofile", code))
    assert cell.profiles
    actual = [{k: v for k, v in o.items() if k != "execution_count"} for o in cell.own]
    assert [re.sub(r"0x\w+", "", repr(o)) for o in actual] == [
        re.sub(r"0x\w+", "", repr(o)) for o in expected
    ]


def test_10_time_below_the_magic_still_times(kernel: Kernel) -> None:
    cell = kernel.run("%%nativeprofile --engine cprofile\n%%time\nz10 = sum(range(10))\nz10")
    assert "Wall time" in cell.text() and cell.result == "45" and cell.profiles
    inner = kernel.run("%%nativeprofile --engine cprofile\n%time sum(range(5))")
    assert "Wall time" in inner.text() and inner.result == "10" and inner.profiles


def test_input_reaches_the_user(kernel: Kernel, engine: str) -> None:
    cell = kernel.run(magic(engine, "name = input('who? ')\nname.upper()"), answers=["ada"])
    assert cell.inputs == ["who? "] and cell.result == "'ADA'" and cell.profiles


def test_history_is_what_was_typed(kernel: Kernel, engine: str) -> None:
    typed = magic(engine, "h = 1\nh")
    prompt = kernel.run(typed).reply["execution_count"]
    assert kernel.value(f"In[{prompt}]") == repr(typed)
    assert kernel.value(f"_ih[{prompt}] == _i{prompt} == In[{prompt}]") == "True"
    history = "get_ipython().history_manager"
    assert kernel.value(f"{history}.input_hist_raw[{prompt}]") == repr(typed)
    kernel.run(f"{history}.writeout_cache()", silent=True)
    stored = f"list({history}.get_range(0, {prompt}, {prompt + 1}, raw=True))[0][2]"
    assert kernel.value(stored) == repr(typed)


def test_12_nothing_is_left_in_folders_or_processes(kernel: Kernel, engine: str) -> None:
    kernel.run("import os\nos.makedirs('sub', exist_ok=True)")
    kernel.run(magic(engine, "0"))
    files = kernel.open_files()
    threads = kernel.value("__import__('threading').active_count()")
    before = sorted(kernel.cwd.rglob("*"))
    kernel.run(magic(engine, "sum(i * i for i in range(1000000))"))
    kernel.run(magic(engine, "1 / 0"))
    kernel.run(magic(engine, "x = = 1"))
    assert sorted(kernel.cwd.rglob("*")) == before
    assert kernel.leftovers() == []
    assert kernel.opened_since(files) == []
    assert kernel.value("__import__('threading').active_count()") == threads


def test_only_the_cells_thread_is_in_cprofile(kernel: Kernel) -> None:
    """Output threads wake up at each print: calls of theirs must not cut the cell's short."""
    cell = kernel.run(
        magic(
            "cprofile",
            "import time, threading\n"
            "def other():\n"
            "    for _ in range(200):\n        time.sleep(0.001)\n"
            "def work():\n"
            "    for i in range(5):\n        time.sleep(0.06)\n        print(i, flush=True)\n"
            "thread = threading.Thread(target=other)\nthread.start()\nwork()\nthread.join()",
        )
    )
    functions = {f["name"]: f for f in cell.profile["summary"]["functions"]}
    assert functions["work"]["inclusive"] > 0.25e9, functions["work"]
    assert functions["work"]["calls"] == 1 and "other" not in functions
    root = functions[cell.profile["meta"]["name"]]
    assert root["inclusive"] >= functions["work"]["inclusive"]
    machinery = {"InteractiveShell.run_code", "CachingCompiler.cache", "EventManager.trigger"}
    assert not machinery & set(functions)


@pytest.mark.parametrize("statement", ["sum(range(10))", "sum(range(10));"])
def test_line_form_returns_the_value(kernel: Kernel, engine: str, statement: str) -> None:
    cell = kernel.run(f"%nativeprofile --engine {engine} {statement}")
    assert cell.result == (None if statement.endswith(";") else "45")
    assert cell.profile["meta"]["engine"] == engine


def test_line_form_assigns_and_names_the_cell(kernel: Kernel) -> None:
    cell = kernel.run(
        "def slow(s):\n    return s.upper()\n\n"
        "y = %nativeprofile --engine cprofile --name 'my run' slow('a  \"b\"')\ny"
    )
    assert cell.result == "'A  \"B\"'"
    assert cell.profile["meta"]["name"] == "my run"
    prompt = cell.reply["execution_count"]
    slow = [f for f in cell.profile["summary"]["functions"] if f["name"] == "slow"]
    assert slow[0]["file"] == f"In[{prompt}]" and slow[0]["line"] == 1


def test_line_form_raises_with_the_cells_lines(kernel: Kernel) -> None:
    cell = kernel.run("def g():\n    raise KeyError('k')\n\n%nativeprofile --engine cprofile g()")
    assert cell.errors[0]["ename"] == "KeyError" and cell.profiles
    assert "line 4" in cell.traceback and "line 2, in g()" in cell.traceback
    assert "nativeprofile/" not in cell.traceback


def test_cells_are_named_by_their_prompt(kernel: Kernel) -> None:
    first = kernel.run("def early19(n):\n    return sorted(range(n), key=lambda i: -i)")
    cell = kernel.run(magic("cprofile", "early19(1000)\nNone"))
    functions = {f["name"]: f["file"] for f in cell.profile["summary"]["functions"]}
    assert functions["early19"] == f"In[{first.reply['execution_count']}]"
    here = cell.profile["meta"]["name"]
    assert functions[here] == here
    names = {c["name"]: c["source"] for c in cell.profile["meta"]["cells"]}
    assert names[functions["early19"]].startswith("def early19")
    assert names[here].startswith("%%nativeprofile --engine cprofile\nearly19")
