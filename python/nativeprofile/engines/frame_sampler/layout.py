"""Where what is read of threads and frames stands in them."""

from __future__ import annotations

from typing import NamedTuple


class Layout(NamedTuple):
    """Offsets in bytes. `indirect`: the thread state's word points to one that points to the frame,
    at this offset in there (`cframe`, 3.11 and 3.12); -1: it points to the frame itself. `entry`:
    the byte that is 1 where C code called the evaluator (3.11); -1: a frame of its own says so."""

    executable: int
    previous: int
    instruction: int
    current: int
    indirect: int
    native_id: int
    entry: int
