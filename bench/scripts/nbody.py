"""Five bodies that attract each other: floating point and lists."""
from math import cos, sin, sqrt

bodies = [
    ([cos(i) * i, sin(i) * i, 0.1 * i], [sin(i) * 0.3, -cos(i) * 0.3, 0.01 * i], 1.0 / (1 + i * i))
    for i in range(5)
]
pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]


def advance(steps, dt):
    for _ in range(steps):
        for ((p, v, m), (q, w, n)) in pairs:
            dx = p[0] - q[0]
            dy = p[1] - q[1]
            dz = p[2] - q[2]
            d2 = dx * dx + dy * dy + dz * dz + 0.01
            f = dt / (d2 * sqrt(d2))
            v[0] -= dx * n * f
            v[1] -= dy * n * f
            v[2] -= dz * n * f
            w[0] += dx * m * f
            w[1] += dy * m * f
            w[2] += dz * m * f
        for (p, v, _) in bodies:
            p[0] += dt * v[0]
            p[1] += dt * v[1]
            p[2] += dt * v[2]


advance(100000, 0.001)
print(bodies)
