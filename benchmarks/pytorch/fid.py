#!/usr/bin/env python3
"""FID of 10,000 features of 2048 dimensions by scipy's matrix square root: fid.py CASE prints seconds and the relative error as JSON lines.

The generated features are exactly twice the real ones: the distance is |mean|² + the sum of the variances.
"""
import json
import sys
import time

import numpy
from scipy import linalg

SAMPLES, DIMENSIONS = 10_000, 2048


def statistics(features):
    features = features.astype(numpy.float64)
    return features.mean(0), numpy.cov(features, rowvar=False)


def frechet_distance(first, second):
    (mean1, covariance1), (mean2, covariance2) = statistics(first), statistics(second)
    root, _ = linalg.sqrtm(covariance1 @ covariance2, disp=False)
    if numpy.iscomplexobj(root):
        root = root.real
    apart = mean1 - mean2
    return apart @ apart + numpy.trace(covariance1) + numpy.trace(covariance2) - 2 * numpy.trace(root)


def main(case):
    generator = numpy.random.default_rng(1)
    spread = numpy.linspace(0.05, 1, DIMENSIONS, dtype=numpy.float32) ** 2
    real = generator.standard_normal((SAMPLES, DIMENSIONS), dtype=numpy.float32) * spread + numpy.float32(0.4)
    generated = 2 * real
    doubles = real.astype(numpy.float64)
    exact = (doubles.mean(0) ** 2).sum() + doubles.var(0, ddof=1).sum()
    began = time.perf_counter()
    distance = frechet_distance(real, generated)
    took = time.perf_counter() - began
    for row, value in (("fid", took), ("fid-error", abs(distance - exact) / exact)):
        print(json.dumps({"row": row, "case": case, "who": "scipy", "value": float(value)}))


if __name__ == "__main__":
    main(sys.argv[1])
