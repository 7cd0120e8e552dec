"""Writes counts.json: ln p of counts and what it is made of, in 50 digits by mpmath, rounded to 12.

    pip install mpmath scipy && python3 counts.py > counts.json

Parameters are the single-precision numbers nearest to round ones. SciPy's pmfs agree to 1e-6 wherever they keep that
many digits themselves, which is asserted: nbinom.logpmf loses them where θ is a million.
"""

import json
import math
import struct

import mpmath as mp
from scipy.stats import nbinom, poisson

mp.mp.dps = 50


def single(value):
    return struct.unpack("f", struct.pack("f", float(value)))[0]


def log_single(value):
    return single(mp.log(mp.mpf(value)))


def rounded(value):
    return float(mp.nstr(value, 12))


def log_poisson(x, log_rate):
    rate = mp.exp(mp.mpf(log_rate))
    return x * mp.mpf(log_rate) - rate - mp.loggamma(x + 1)


def log_negative_binomial(x, log_mean, log_theta):
    mean, theta = mp.exp(mp.mpf(log_mean)), mp.exp(mp.mpf(log_theta))
    chosen = mp.loggamma(x + theta) - mp.loggamma(theta) - mp.loggamma(x + 1)
    return chosen + theta * mp.log(theta / (theta + mean)) + x * mp.log(mean / (theta + mean))


def log_zero_inflated(x, log_mean, log_theta, logit):
    kept = 1 / (1 + mp.exp(mp.mpf(logit)))
    log_p = log_negative_binomial(x, log_mean, log_theta)
    return mp.log(kept) + log_p if x else mp.log1p(-kept * (1 - mp.exp(log_p)))


def remainders(z):
    z = mp.mpf(z)
    return [rounded(mp.loggamma(z + 1) - (z * mp.log(z) - z)), rounded(mp.psi(0, z) - mp.log(z))]


counts = [0, 1, 2, 3, 10, 1000, 1000000]
log_rates = [log_single(rate) for rate in (1e-6, 1e-3, 0.5, 1, 7.3, 1000, 1e6)]
log_thetas = [log_single(theta) for theta in (1e-4, 0.03, 1, 2.5, 40, 1e6)]
rows = [(x, log_rate) for x in counts for log_rate in log_rates]
rows += [(999000, log_rates[-1]), (1001000, log_rates[-1])]
arguments = (1e-4, 1e-2, 0.3, 0.5, 1, 1.4616321, 2, 2.9999998, 3, 3.7, 10, 123.4, 1e4, 1e6, 1e8)

oracle = {
    "remainders": [[single(z), *remainders(single(z))] for z in arguments],
    "poisson": [[*row, rounded(log_poisson(*row))] for row in rows],
    "negativeBinomial": [
        [*row, theta, rounded(log_negative_binomial(*row, theta))] for row in rows for theta in log_thetas
    ],
    "zeroInflated": [
        [x, log_single(mean), log_single(theta), logit]
        + [rounded(log_zero_inflated(x, log_single(mean), log_single(theta), logit))]
        for x in (0, 1, 1000)
        for mean in (1e-6, 1, 1000)
        for theta in (1e-4, 1, 1e6)
        for logit in (-30, -2, 0, 5, 30)
    ],
}

for x, log_rate, value in oracle["poisson"]:
    assert math.isclose(poisson.logpmf(x, math.exp(log_rate)), value, rel_tol=1e-6, abs_tol=1e-6)
for x, log_mean, log_theta, value in oracle["negativeBinomial"]:
    mean, theta = math.exp(log_mean), math.exp(log_theta)
    if theta < 1e5:
        assert math.isclose(nbinom.logpmf(x, theta, theta / (theta + mean)), value, rel_tol=1e-6, abs_tol=1e-6)

print("{\n" + ",\n".join(f'"{name}": [\n' + ",\n".join(map(json.dumps, table)) + "\n]" for name, table in oracle.items()) + "\n}")
