"""A plain loop of integer arithmetic, no calls."""


def spin(n):
    total = 0
    for i in range(n):
        total = (total * 31 + i) & 0xFFFFFFF
    return total


# %% cell
spin(14_000_000)
