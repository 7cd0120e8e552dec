"""Writes log-probabilities.json: ln p(x) in 1500-digit arithmetic, from the definitions, by mpmath 1.3.

    python3 src/nn/distributions/testing/generate.py

Nothing here is arranged for stability: so many digits bear any cancellation on the grids.
"""

import itertools
import json
from pathlib import Path

from mpmath import exp, gamma, log, mp, mpf, pi, sqrt

mp.dps = 1500


def normal(x, mean, scale):
    return -((x - mean) ** 2) / (2 * scale**2) - log(scale * sqrt(2 * pi))


def laplace(x, location, scale):
    return -abs(x - location) / scale - log(2 * scale)


def student_t(x, location, scale, nu):
    t = (x - location) / scale
    density = gamma((nu + 1) / 2) / (sqrt(nu * pi) * gamma(nu / 2)) * (1 + t * t / nu) ** (-(nu + 1) / 2)
    return log(density / scale)


def continuous_bernoulli(x, logit):
    # p(x) ∝ λ^x (1 − λ)^(1 − x) ∝ e^(lx), whose integral over [0, 1] is (e^l − 1)/l.
    return logit * x - (log((exp(logit) - 1) / logit) if logit != 0 else 0)


def cdf(x, location, scale):
    return 1 / (1 + exp(-(x - location) / scale))


def discretized_logistic_mass(x, location, scale):
    half = mpf(1) / 510
    upper = mpf(1) if x > 1 - half else cdf(x + half, location, scale)
    lower = mpf(0) if x < half else cdf(x - half, location, scale)
    return upper - lower


def discretized_logistic(x, location, scale):
    return log(discretized_logistic_mass(x, location, scale))


def mixture(x, logits, locations, scales):
    weights = [exp(logit) for logit in logits]
    masses = [discretized_logistic_mass(x, *each) for each in zip(locations, scales)]
    return log(sum(w * m for w, m in zip(weights, masses)) / sum(weights))


LEVELS = [mpf(k) / 255 for k in (0, 1, 100, 254, 255)]
MIXTURES = [
    ([0, 0, 0], [0.1, 0.5, 0.9], [0.01, 0.1, 0.02]),
    ([5, -3, 0], [-0.5, 0.5, 1.5], [0.001, 1, 0.25]),
    ([-100, 0, 100], [0.25, 0.5, 0.75], [1000, 0.125, 0.001]),
]

GRIDS = {
    "normal": (normal, ([-1000, -3, 0, 0.5, 2, 1000], [0, 0.5], [0.001, 0.1, 1, 1000])),
    "laplace": (laplace, ([-1000, -3, 0, 0.5, 2, 1000], [0, 0.5], [0.001, 0.1, 1, 1000])),
    "studentT": (
        student_t,
        ([-1000, -3, 0, 0.5, 0.5078125, 1000], [0, 0.5], [0.001, 1, 1000], [1.5, 3, 5, 30, 1000]),
    ),
    "continuousBernoulli": (
        continuous_bernoulli,
        (
            [0, 0.25, 0.5, 1],
            [-100, -20, -3, -0.5, -0.125, -0.001, 0, 1e-6, 0.001, 0.125, 0.498, 0.5, 0.502, 3, 20, 100],
        ),
    ),
    "discretizedLogistic": (
        discretized_logistic,
        (LEVELS, [-2, 0, 0.25, 0.5, 1, 3], [0.001, 0.01, 0.25, 10, 1000]),
    ),
}


def exact(value):
    """Parameters are the doubles that JavaScript reads."""
    return [exact(each) for each in value] if isinstance(value, list) else mpf(float(value))


def plain(value):
    return [plain(each) for each in value] if isinstance(value, list) else float(value)


tables = {
    name: [
        {"given": plain(list(point)), "logProb": float(formula(*map(exact, point)))}
        for point in itertools.product(*axes)
    ]
    for name, (formula, axes) in GRIDS.items()
}
tables["discretizedLogisticMixture"] = [
    {"given": plain([x, *parameters]), "logProb": float(mixture(*map(exact, [x, *parameters])))}
    for x in LEVELS
    for parameters in MIXTURES
]

# A line for each point keeps differences readable.
rows = {name: ",\n    ".join(json.dumps(point) for point in points) for name, points in tables.items()}
body = ",\n".join(f'  "{name}": [\n    {points}\n  ]' for name, points in rows.items())
Path(__file__).with_name("log-probabilities.json").write_text(f"{{\n{body}\n}}\n")
