"""Small functions and methods that call each other, as programs do."""


def scale(value, factor):
    return value * factor + 1


def norm(pair):
    return (pair[0] ** 2 + pair[1] ** 2) ** 0.5


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def add(self, other):
        return Point(self.x + other.x, self.y + other.y)

    def length(self):
        return norm((self.x, self.y))


# %% cell
place, total = Point(0, 0), 0.0
for i in range(500_000):
    place = place.add(Point(scale(i, 2), i))
    total += place.length()
    total += sum({k: scale(k, 3) for k in range(4)}.values())
