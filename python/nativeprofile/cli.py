"""The command line: `nativeprofile doctor`, `build`, `kernelspec`, `report` and `convert`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nativeprofile.tables.profile import Profile

_EPILOG = "Every PATH may be - for standard input or output."
_FORMS = ("page", "interactive")


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; returns the exit status (2: an error, said in one sentence)."""
    parser = _parser()
    options = parser.parse_args(_spelled(sys.argv[1:] if arguments is None else arguments))
    try:
        return int(options.run(options))
    except BrokenPipeError:
        # The reader left, as `head` does: nothing to say, nothing more to flush.
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if os.environ.get("NATIVEPROFILE_DEBUG"):
            raise
        from nativeprofile.convert import explain

        message, remedy = explain(error)
        words = " ".join(f"{message} {remedy}".split())
        print(f"nativeprofile: {_plain(words)}", file=sys.stderr)
        return 2


def _spelled(arguments: list[str]) -> list[str]:
    """The same with the form of `--html` written out: argparse would take a path for it."""
    words = list(arguments)
    for at, word in enumerate(words):
        if word == "--html" and not set(words[at + 1 : at + 2]) & set(_FORMS):
            words[at] = f"--html={_FORMS[0]}"
    return words


def doctor(options: argparse.Namespace) -> int:
    """Prints which engines work here and what the system lacks; 1 when no engine works."""
    from nativeprofile.doctor import examine
    from nativeprofile.engines.registry import probe_all

    rows, groups = probe_all(thorough=True), examine()
    if options.json:
        found = {name: [asdict(check) for check in checks] for name, checks in groups.items()}
        print(json.dumps({"engines": rows, "checks": found}, indent=1))
        return 0 if any(row["available"] for row in rows) else 1
    for row in rows:
        state = "available" if row["available"] else "not available"
        version = f" {row['version']}" if row["version"] else ""
        print(f"{row['name']:<12}{state:<15}{row['title']}{version}".rstrip())
        for key in ("reason", "remedy"):
            if row[key]:
                print(f"{'':<12}{key + ':':<8} {_plain(row[key])}")
    for name, checks in groups.items():
        print(f"\n{name}")
        for check in checks:
            print(f"  {check.state:<6} {check.name:<19} {_plain(check.words)}")
            if check.remedy:
                print(f"  {'':<6} {'':<19} {_plain(check.remedy)}")
    return 0 if any(row["available"] for row in rows) else 1


def build(options: argparse.Namespace) -> int:
    """Builds an extension for an engine; what the tools say goes to standard error."""
    from nativeprofile.build import build as build_for

    def say(line: str) -> None:
        print(_plain(line), file=sys.stderr, flush=True)

    built = build_for(options.path, options.purpose, options.output, say)
    lines = [json.dumps(built.json())] if options.json else built.text().splitlines()
    print("\n".join(map(_plain, lines)))
    return 0


def report(options: argparse.Namespace) -> int:
    """Prints or writes a report of stored profiles."""
    from nativeprofile import coverage, formats
    from nativeprofile import report as reports

    with ExitStack() as stack:
        inputs = [stack.enter_context(_input(name)) for name in options.paths]
        if covered := coverage.load(inputs, options.source):
            profile = formats.coverage.profile_of(covered, inputs)
            if not options.html:
                _write(coverage.report(profile, as_json=options.json) + "\n", options.output)
                return 0
            return _report_profiles([profile], options)
        profiles: list[Profile] = []
        for path in inputs:
            profiles += reports.load(
                path, options.source, options.cell, _beside(options), options.part
            )
        return _report_profiles(profiles, options)


def _report_profiles(profiles: list[Profile], options: argparse.Namespace) -> int:
    from nativeprofile import report as reports
    from nativeprofile.tables.lead import led_by

    if options.event is not None:
        profiles = [led_by(profile, options.event) for profile in profiles]
    if options.html:
        if options.html == "interactive":
            text, has_viewer = reports.as_fragments(profiles)
        else:
            title = ", ".join(str(profile.meta["name"]) for profile in profiles)
            text, has_viewer = reports.as_page(profiles, f"nativeprofile: {title}")
        if not has_viewer:
            print(
                "nativeprofile: the viewer is not built (npm run build), "
                "so these are the static pictures only.",
                file=sys.stderr,
            )
    elif options.json:
        text = json.dumps(reports.as_json(profiles), indent=1, allow_nan=False) + "\n"
    else:
        text = reports.as_text(profiles) + "\n"
    _write(text, options.output)
    return 0


def _write(text: str, name: str | None) -> None:
    with _output(name) as out:
        out.write_text(text, encoding="utf-8", errors="backslashreplace")


def convert(options: argparse.Namespace) -> int:
    """Converts a profile from one format to another, or adds up coverage."""
    from nativeprofile import coverage, formats
    from nativeprofile.tables.errors import FormatError

    names, target = _named(options)
    with ExitStack() as stack:
        inputs = [stack.enter_context(_input(name)) for name in names]
        if covered := coverage.load_all(inputs, options.source):
            with _output(target) as out:
                coverage.convert(covered, target, options.to, out)
            return 0
        if len(inputs) > 1:
            raise FormatError(
                "The output is named twice." if options.output else "Profiles are not added up.",
                "Give one input and one output: convert IN OUT.",
            )
        name = options.to or (
            formats.by_suffix(Path(target)) if target not in (None, "-") else None
        )
        if name is None:
            known = ", ".join(one.name for one in formats.FORMATS.values() if one.write)
            raise FormatError("The output's name does not tell its format.", f"Add --to: {known}.")
        profile = _read(inputs[0], options)
    with _output(target) as out:
        formats.write(name, profile, out)
    return 0


def _named(options: argparse.Namespace) -> tuple[list[str], str | None]:
    """The inputs and the output of `convert`: with -o all names are inputs."""
    names = list(options.paths)
    if options.output is None and len(names) > 1:
        return names[:-1], names[-1]
    return names, options.output


def _read(path: Path, options: argparse.Namespace) -> Profile:
    from nativeprofile import formats, report
    from nativeprofile.convert import read_directory
    from nativeprofile.tables.errors import FormatError

    if path.is_dir():
        return read_directory(path, lambda samples: None)
    name = options.source or formats.recognise(path)
    beside = _beside(options)
    for option, file in beside.items():
        if file is not None and option != formats.FORMATS[name].beside:
            owners = [one.name for one in formats.FORMATS.values() if one.beside == option]
            raise FormatError(
                f"--{option} belongs to {' and '.join(owners)}; this is {name}.", "Leave it out."
            )
    if options.cell is not None:
        return report.load(path, name, options.cell)[0]
    return formats.read(name, path, beside, options.part)


def _beside(options: argparse.Namespace) -> dict[str, Path | None]:
    """The files that some formats are read with."""
    return {"map": options.map, "binary": options.binary}


@contextmanager
def _input(name: str) -> Iterator[Path]:
    """The file called `name`; for `-` a private copy of standard input."""
    if name != "-":
        yield Path(name)
        return
    with tempfile.TemporaryDirectory(prefix="nativeprofile-") as folder:
        path = Path(folder, "standard input")
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path


@contextmanager
def _output(name: str | None) -> Iterator[Path]:
    """A path to write to, put in place (or printed) only when all of it is there."""
    if name in (None, "-"):
        with tempfile.TemporaryDirectory(prefix="nativeprofile-") as folder:
            path = Path(folder, "out")
            yield path
            sys.stdout.buffer.write(path.read_bytes())
            sys.stdout.buffer.flush()
        return
    target = Path(str(name))
    if target.exists() and not target.is_file():
        yield target  # a device or a pipe
        return
    handle, unfinished = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    try:
        yield Path(unfinished)
        mask = os.umask(0)
        os.umask(mask)
        Path(unfinished).chmod(0o666 & ~mask)
        Path(unfinished).replace(target)
    finally:
        with suppress(OSError):
            Path(unfinished).unlink()


def _plain(words: Any) -> str:
    from nativeprofile.render.words import printable

    return printable(str(words))


def _parser() -> argparse.ArgumentParser:
    from nativeprofile import formats, kernel_commands
    from nativeprofile.build.purposes import PURPOSES

    every = list(formats.FORMATS)
    written = [name for name, one in formats.FORMATS.items() if one.write is not None]
    parser = argparse.ArgumentParser(
        prog="nativeprofile", description="Profiles of notebook cells, outside the notebook."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    one = commands.add_parser("doctor", help="say which engines work here, and what would help")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=doctor)

    one = commands.add_parser(
        "build",
        help="build an extension as an engine needs it, beside its usual build",
        description="Builds a C, C++ or Cython extension (a project with pyproject.toml or "
        "setup.py, or one source file) with the flags that an engine needs, into a folder of its "
        "own. Sources and the usual build stay as they are.",
    )
    one.add_argument("path", metavar="PATH", type=Path, help="the project or source file")
    one.add_argument(
        "--for",
        dest="purpose",
        required=True,
        choices=list(PURPOSES),
        help="; ".join(f"{name}: {purpose.title}" for name, purpose in PURPOSES.items()),
    )
    one.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        type=Path,
        help="the folder to build into, to be put on sys.path (default: one of its own in the "
        "user's cache)",
    )
    one.add_argument("--json", action="store_true", help="print what was built as JSON")
    one.set_defaults(run=build)

    kernel_commands.add(commands)

    one = commands.add_parser(
        "report",
        help="show a profile, an executed notebook or coverage as text, JSON or a web page",
        epilog=_EPILOG,
    )
    one.add_argument(
        "paths",
        metavar="PATH",
        nargs="+",
        help="a profile in any known format, or a notebook; "
        "several stand on one page, where they can be compared; or coverage (lcov's .info, gcov's "
        "JSON, .gcda), of which several are added up",
    )
    form = one.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="meta, quality and summary as JSON")
    form.add_argument(
        "--html",
        choices=_FORMS,
        nargs="?",
        const=_FORMS[0],
        help="page (default): one page, viewer included, no network; "
        "interactive: the same as a fragment for a page of your own",
    )
    one.add_argument(
        "--event",
        metavar="NAME",
        help="what the report is about, of several events: Ir, page-faults, a sum such as CEst",
    )
    one.add_argument("-o", "--output", metavar="FILE", help="write there instead of printing")
    _add_source(one, every)
    one.set_defaults(run=report)

    one = commands.add_parser(
        "convert",
        help="turn a profile into another format, or add up coverage",
        usage="%(prog)s [options] IN OUT\n       %(prog)s [options] IN [IN ...] -o OUT",
        description="Reads a profile (or the folder of a run) and writes it in another format; "
        "adds up coverage (tracefiles, gcov's JSON, .gcda) into a tracefile.",
        epilog=_EPILOG,
    )
    one.add_argument(
        "paths",
        metavar="IN",
        nargs="+",
        help="a profile in any known format, or a notebook; several files of coverage are "
        "added up; the last is the file to write, unless -o names it",
    )
    one.add_argument("-o", "--output", metavar="OUT", help="the file to write")
    one.add_argument("--to", choices=written, help="format of OUT (default: by its name)")
    _add_source(one, every)
    one.set_defaults(run=convert)
    return parser


def _add_source(parser: argparse.ArgumentParser, names: list[str]) -> None:
    parser.add_argument(
        "--from", dest="source", choices=names, help="format of the input (default: by its look)"
    )
    parser.add_argument("--cell", metavar="NAME", help="the profile of that name in a notebook")
    parser.add_argument(
        "--part",
        metavar="NAME",
        help="one of several dumps or snapshots in a file, as they are called there",
    )
    parser.add_argument(
        "--map", metavar="FILE", type=Path, help="CPython's perf-PID.map, for perf and callgrind"
    )
    parser.add_argument(
        "--binary", metavar="FILE", type=Path, help="the program or library that wrote a gmon.out"
    )


if __name__ == "__main__":
    sys.exit(main())
