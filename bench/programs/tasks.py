"""Two asyncio tasks that take turns on one loop: one and three parts of the CPU time."""

import asyncio

from burn import cpu

spent = {"quick": 0, "slow": 0}


async def quick():
    for _ in range(100):
        spent["quick"] += cpu(3_000_000)
        await asyncio.sleep(0)


async def slow():
    for _ in range(100):
        spent["slow"] += cpu(9_000_000)
        await asyncio.sleep(0)


async def both():
    await asyncio.gather(quick(), slow())


# %% cell
asyncio.run(both())
truth = {"function quick": spent["quick"] / (spent["quick"] + spent["slow"])}
