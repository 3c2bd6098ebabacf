"""C code that waits for memory against C code that computes."""

from burn import cpu, memory

memory(1)

# %% cell
waiting = computing = 0
for _ in range(80):
    waiting += memory(9_000_000)  #: memory
    computing += cpu(6_000_000)
truth = {"line memory": waiting / (waiting + computing)}
