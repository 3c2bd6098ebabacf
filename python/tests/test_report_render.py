"""Text, static HTML and the standalone page: what a reader sees, and that nothing runs in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest
from profiles import profile

from nativeprofile.render.embed import fragment
from nativeprofile.render.page import Bundle, page
from nativeprofile.render.static_html import static_html
from nativeprofile.render.text import text
from nativeprofile.render.words import (
    amount,
    duration,
    estimate,
    place,
    printable,
    share,
    split_estimate,
)
from nativeprofile.tables.encode import encode
from nativeprofile.tables.profile import Profile
from nativeprofile.tables.summary import summarise

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202e\x1b[31m\ud800\x00"
EXAMPLE = """
    In[5]:2 > work:4 > sorted [builtin] > eval [plumbing]   30
    In[5]:2 > work:3   20
    In[5]:2 > dot [extension numpy] > sys_futex [kernel]   10
"""


def as_text(measured: Profile) -> str:
    return text(measured.meta, dict(measured.quality), summarise(measured))


def as_html(measured: Profile) -> str:
    return static_html(measured, summarise(measured))


def svg_of(fragment: str) -> str:
    match = re.search(r"base64,([^\"]+)", fragment)
    assert match is not None
    return base64.b64decode(match[1]).decode()


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


def hostile() -> Profile:
    measured = profile(
        EXAMPLE,
        name=HOSTILE,
        engine_reason=HOSTILE,
        cells=[{"name": "In[5]", "prompt": 5, "id": None, "source": "\n".join([HOSTILE] * 5)}],
    )
    measured.strings = [
        f"{HOSTILE}{name}" if name != "In[5]" else name for name in measured.strings
    ]
    measured.quality["notes"] = [HOSTILE] * 20
    return measured


class TestText:
    def test_says_what_how_long_how_sure_and_where(self) -> None:
        report = as_text(profile(EXAMPLE, wall_ns=100_000_000, thread_cpu_ns=60_000_000))
        lines = report.split("\n")
        assert lines[0] == "In[5]  100 ms  (CPU 10.0 ms)"
        assert lines[1] == "perf 999 Hz · 60 samples · ±12 points · 100 % stitched"
        assert lines[3] == f"[{'W' * 24}{'B' * 18}{'P' * 12}{'K' * 6}]"
        # Of 60 samples; the 40 ms of waiting were measured, so that they widen nothing.
        assert lines[4] == (
            "Python 20 % ±7, native 30 % ±7   "
            "(W waiting 40 % · B built-in C 30 % ±7 · P Python 20 % ±7 · K kernel 10 % ±6)"
        )
        assert "   100 % ±3     17 % ±9  In[5] line 2       work()" in lines
        assert "   50 % ±12    50 % ±12  sorted  (built-in C, 30.0 ms)" in lines
        assert lines[-1] == "Engine: perf: it passed its self-test"

    def test_a_program_without_python_is_not_divided_into_python_and_native(self) -> None:
        alone = as_text(profile("main [system] > work [system]   30"))
        assert "Python" not in alone and "[SSS" not in alone and "work  (system" in alone
        both = as_text(profile("main [system]   20\nmain [system] > read [kernel]   10"))
        assert "S system 67 %" in both and "Python" not in both

    @pytest.mark.parametrize(
        "measured",
        [hostile(), profile("\n".join(f"In[5]:1 > f{i}:{i + 2}   {i + 1}" for i in range(60)))],
    )
    def test_stays_under_forty_lines(self, measured: Profile) -> None:
        measured.quality["notes"] = ["a note"] * 30
        assert len(as_text(measured).split("\n")) < 40

    def test_under_valgrind_the_count_comes_first(self) -> None:
        counted = profile("In[5]:1   30", engine="callgrind", rate=None, wall_ns=2_000_000_000)
        counted.values = [{"name": "Ir", "unit": "count", "exact": True}]
        summary = summarise(counted)
        first, second = text(counted.meta, dict(counted.quality), summary, counted.values).split(
            "\n"
        )[:2]
        assert first == "In[5]  30,000,000 Ir"
        assert " · 2.00 s under Valgrind" in second
        assert "30,000,000 Ir<br>" in static_html(counted, summary)

    def test_few_samples_are_said_to_be_few(self) -> None:
        assert "too few to say" in as_text(profile("In[5]:1   14"))

    def test_nothing_measured(self) -> None:
        measured = profile("In[5]:1   1")
        measured.samples.stack.clear()
        assert "Nothing was measured" in as_text(measured)

    @pytest.mark.parametrize("status", ["interrupted", "error"])
    def test_a_cell_that_did_not_end_well(self, status: str) -> None:
        word = {"interrupted": "[interrupted]", "error": "[ended with an error]"}[status]
        assert word in as_text(profile(EXAMPLE, status=status)).split("\n")[0]

    def test_no_control_or_bidi_character_reaches_a_terminal(self) -> None:
        assert all(char.isprintable() or char == "\n" for char in as_text(hostile()))


class TestHtml:
    def test_the_split_carries_its_intervals(self) -> None:
        seen = as_html(profile(EXAMPLE, wall_ns=100_000_000, thread_cpu_ns=60_000_000))
        shares = "waiting 40 %, built-in C 30 % ±7, Python 20 % ±7, kernel 10 % ±6"
        assert f"<p>{shares}</p>" in seen
        assert f'went: {shares}"' in seen
        drawn = ElementTree.fromstring(svg_of(seen))
        words = [element.text for element in drawn.iter() if element.tag.endswith("text")]
        assert words[:2] == ["waiting 40 %", "built-in C 30 % ±7"]

    def test_holds_the_picture_and_both_tables(self) -> None:
        seen = Tags(as_html(profile(EXAMPLE)))
        assert seen.tags.count("table") == 2
        assert seen.tags.count("img") == 1

    def test_nothing_runs_and_nothing_leaks(self) -> None:
        for measured in (profile(EXAMPLE), hostile()):
            seen = Tags(as_html(measured))
            assert set(seen.tags) <= {
                *("div", "p", "strong", "em", "br", "small", "img", "code"),
                *("table", "thead", "tbody", "tr", "th", "td"),
            }
            assert {name for name, _ in seen.attributes} <= {"style", "alt", "width", "src"}

    def test_the_picture_is_sound_xml_without_references(self) -> None:
        for measured in (profile(EXAMPLE), hostile()):
            svg = svg_of(as_html(measured))
            root = ElementTree.fromstring(svg)
            assert {element.tag.split("}")[1] for element in root.iter()} <= {
                *("svg", "defs", "pattern", "path", "rect", "text"),
            }
            assert re.findall(r"(?:href|https?:)", svg) == ["http:"]  # the name space

    def test_the_flame_graph_shows_stacks_with_machinery_folded(self) -> None:
        root = ElementTree.fromstring(svg_of(as_html(profile(EXAMPLE))))
        words = [element.text for element in root.iter() if element.tag.endswith("text")]
        assert words[-5:] == ["In[5]", "dot", "sys_futex", "work", "sorted"] or set(words[-5:]) == {
            "In[5]",
            "dot",
            "sys_futex",
            "work",
            "sorted",
        }

    def test_is_small_however_many_functions(self) -> None:
        deep = "\n".join(
            "In[5]:1 > " + " > ".join(f"function_number_{i}_{j}:2" for j in range(40)) + "   1"
            for i in range(300)
        )
        fragment = as_html(profile(deep))
        assert len(fragment) < 40_000
        assert "not drawn" in fragment

    def test_recursion_five_thousand_deep(self) -> None:
        assert "not drawn" in as_html(profile("In[5]:1 > " + " > ".join(["f:2"] * 5000) + "   3"))


class TestPage:
    def page(self, measured: Profile, viewer: str | None) -> str:
        wire = encode(measured)
        bundle = None if viewer is None else Bundle(viewer, "work('</script>');", "draw();", "p{}")
        return page("a <title>", [(wire, static_html(measured, wire["summary"]))], bundle)

    def test_one_script_and_nothing_requested(self) -> None:
        out = self.page(hostile(), "console.log('</script>')")
        seen = Tags(out)
        assert seen.tags.count("script") == 4  # the data, the viewer, its worker and charts
        assert out.count("<script>") == 1  # the others run when they are needed
        policy = (
            dict(seen.attributes)["content"]
            if False
            else re.findall(r'content="(default[^"]*)"', out)[0]
        )
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy.replace("style-src 'unsafe-inline'", "")

    def test_the_policy_lets_exactly_the_viewer_and_its_charts_run(self) -> None:
        out = self.page(profile(EXAMPLE), "viewer();\r\nmore();")
        allowed = []
        for head in ("<script>", '<script type="text/plain" class="np-charts">'):
            (code,) = re.findall(f"{head}(.*?)</script>", out, re.DOTALL)
            digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
            allowed.append(f"'sha256-{digest}'")
            assert "\r" not in code
        assert f"script-src {' '.join(allowed)}; worker-src blob:;" in out

    def test_without_the_viewer_the_picture_is_shown(self) -> None:
        out = self.page(profile(EXAMPLE), None)
        assert "<script" not in out
        assert "<noscript" not in out
        assert out.count("<img") == 1


class TestFragment:
    def fragment(self, measured: Profile) -> str:
        wire = encode(measured)
        static = static_html(measured, wire["summary"])
        return fragment(wire, static, "viewer('</script>')", "p{}")

    def frame(self, measured: Profile) -> dict[str, str | None]:
        seen = Tags(self.fragment(measured))
        # What stands in a frame is text for a browser, not for this parser.
        assert seen.tags[:3] == ["div", "style", "iframe"]
        assert seen.tags.count("iframe") == 1
        return dict(seen.attributes)

    def test_a_frame_with_a_name_and_without_an_origin(self) -> None:
        frame = self.frame(profile(EXAMPLE))
        assert frame["title"] == "Profile of In[5]"
        assert frame["sandbox"] == "allow-scripts allow-downloads"

    def test_what_a_sanitizer_leaves_of_it_is_the_picture(self) -> None:
        measured = hostile()
        frame = r"^<div [^>]*><style>[^<]*</style><iframe [^>]*>|</iframe></div>$"
        inside = re.sub(frame, "", self.fragment(measured))
        assert inside == as_html(measured)

    def test_exactly_two_scripts_may_run(self) -> None:
        for measured in (profile(EXAMPLE), hostile()):
            document = self.frame(measured)["srcdoc"] or ""
            seen = Tags(document)
            assert seen.tags.count("script") == 2  # the data and what unpacks it
            (unpack,) = re.findall(r"<script>(.*?)</script>", document, re.DOTALL)
            sources = [
                f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"
                for code in (unpack, "viewer('</script>')")
            ]
            assert "default-src 'none'" in document
            assert f"script-src {' '.join(sources)};" in document
            assert "unsafe-eval" not in document

    def test_the_profile_lies_in_it(self) -> None:
        document = self.frame(hostile())["srcdoc"] or ""
        (packed,) = re.findall(r'class="np-packed">([^<]*)<', document)
        parts = json.loads(gzip.decompress(base64.b64decode(packed)))
        assert json.loads(parts["message"]) == json.loads(json.dumps(encode(hostile())))
        assert parts["style"] == "p{}"

    def test_the_same_profile_makes_the_same_bytes(self) -> None:
        assert self.fragment(profile(EXAMPLE)) == self.fragment(profile(EXAMPLE))


@pytest.mark.parametrize(
    ("value", "words"),
    [(0, "0 ns"), (412e6, "412 ms"), (2.314e9, "2.31 s"), (98_130, "98.1 µs"), (999.7e6, "1.00 s")],
)
def test_durations(value: float, words: str) -> None:
    assert duration(value) == words
    assert amount(value, "ns") == words


def test_shares() -> None:
    assert [share(part, 1000) for part in (0, 0.1, 5, 99, 440, 1000)] == [
        *("0 %", "<0.1 %", "0.5 %", "9.9 %", "44 %", "100 %"),
    ]


def test_printable_keeps_other_alphabets() -> None:
    assert printable("größe 数 ℝ") == "größe 数 ℝ"
    assert printable("a\tb\u202ec\ud800") == "a b\\u202ec\\ud800"


def test_a_native_function_is_placed_in_its_source() -> None:
    row = {"file": "/lib/libpython3.13.so.1.0", "line": 2858, "source": "Objects/listobject.c"}
    assert place(row) == "listobject.c:2858"


@pytest.mark.parametrize(
    ("part", "samples", "expected"),
    [(23, 1000.0, "23 % ±3"), (23, None, "23 %"), (1, 1e6, "1.0 % ±0.1"), (0, 50.0, "0 %")],
)
def test_an_estimate_carries_its_interval(part: int, samples: float | None, expected: str) -> None:
    assert estimate(part, 100, samples) == expected


def test_what_was_measured_is_no_estimate() -> None:
    # 25 of the 50 that were sampled of 100, beside 25 that were not.
    assert estimate(50, 100, 100.0, 25, 50) == "50 % ±5"
    assert estimate(25, 100, 100.0, 25, 50) == "25 %"


def test_counted_calls_are_exact() -> None:
    counted = {"categories": {"python": 3, "builtin": 1}}
    assert split_estimate(counted, "python") == "75 %"
