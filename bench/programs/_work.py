"""Work in pure Python, of a length that the thread's CPU clock measures."""

from time import thread_time_ns

MS = 1_000_000


def loop(rounds):
    """A loop of integer arithmetic, no calls inside."""
    x = 1
    for i in range(rounds):
        x = (x * 31 + i) & 0xFFFFFFF
    return x


def timed(function, *arguments):
    """CPU nanoseconds that one call takes."""
    start = thread_time_ns()
    function(*arguments)
    return thread_time_ns() - start


def per_ms():
    """How many rounds of `loop` take a millisecond of CPU, about."""
    return 20_000 * MS // max(min(timed(loop, 20_000) for _ in range(9)), 1)
