"""A callgrind file as text, and what the reader makes of files."""

from __future__ import annotations

from pathlib import Path

from nativeprofile.formats.callgrind import read_recording
from nativeprofile.formats.callgrind.data import Recording

WHOLE = """\
# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 77
cmd:  ./program with words
part: 1

desc: I1 cache:\x20
desc: Trigger: Program termination
event: Ir : Instruction Fetch
event: Sum = Ir + 10 Dr
positions: instr line
events: Ir Dr
summary: 1112 60

ob=(1) /opt/program
fl=(1) main.c
fn=(1) main
0x400100 10 100 7
+4 +1 10
cob=(2) /opt/libshape.so
cfi=(2) shape.c
cfn=(2) area
calls=3 0x1000 40
* * 600 30
fi=(3) inline.h
+8 -9 1 1
fe=(1)
+0x10 12 1
cfn=(3) helper
calls=2 0x400200 +8
* * 200 11
jcnd=4/9 +16 *
* *

fn=(3)
0x400200 20 200 11

ob=(2)
fl=(2)
fn=(2)
0x1000 40 500 25
# a comment
jump=7 -8 -1
+1 41
-1 40 100 5
cfn=(2)
calls=5 0x1000 40
* * 900 40

totals: 912 49
"""


def write(folder: Path, text: str | bytes, name: str = "callgrind.out.77") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def load(folder: Path, text: str | bytes) -> Recording:
    return read_recording(write(folder, text))


def costs(recording: Recording) -> list[tuple[object, ...]]:
    """Function, file, line, address and the events of each row."""
    rows = recording.rows
    columns = [rows.costs.of(event).tolist() for event in range(len(recording.events))]
    addresses = rows.at.address
    return [
        (
            recording.names[recording.functions.name[function]],
            recording.files[file],
            line,
            *([hex(addresses[at])] if addresses is not None else []),
            *(column[at] for column in columns),
        )
        for at, (function, file, line) in enumerate(
            zip(rows.function.tolist(), rows.at.file.tolist(), rows.at.line.tolist(), strict=True)
        )
    ]
