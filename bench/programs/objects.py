"""Methods, attributes and small objects."""


class Particle:
    def __init__(self, x, v):
        self.x, self.v = x, v

    def step(self, dt):
        self.x += self.v * dt
        if self.x > 1.0 or self.x < 0.0:
            self.v = -self.v


# %% cell
particles = [Particle(i / 5000, 0.01 * (i % 7)) for i in range(5000)]
for _ in range(1500):
    for particle in particles:
        particle.step(0.1)
