"""Writes vmf_concentrations.csv and dirichlet_concentrations.csv beside this file, from mpmath with 60 digits and more.

Every number is rounded to 25 digits; concentrations and factors are doubles, exactly as they are read. Points: the latent whose every number
is `factor` (von Mises-Fisher), or factor, -factor, factor, ... (Dirichlet).
"""
import pathlib

from mpmath import mp, mpf, besseli, log, loggamma, pi, polygamma, sqrt, exp, nstr

HERE = pathlib.Path(__file__).parent
DIMENSIONS = [1, 2, 3, 4, 9, 31, 63, 64, 78, 79, 80, 81, 82, 783, 784, 3072]
FACTORS = [0.75, 1.0, 1.0625]


def text(x):
    return nstr(x, 25, min_fixed=-1, max_fixed=1)


def von_mises_fisher(d, kappa):
    """Log-density at the mode, mean and 1 - mean and variance of mu.z, by the two Bessel functions."""
    p, k = d + 1, mpf(kappa)
    # 1 - A^2 - d A / kappa loses twice the digits of kappa.
    with mp.workdps(60 + 3 * max(0, int(mp.log10(k))) + 20):
        nu = mpf(p) / 2 - 1
        first, second = besseli(nu, k), besseli(nu + 1, k)
        a = second / first
        peak = nu * log(k) - (nu + 1) * log(2 * pi) - log(first) + k
        return peak, a, 1 - a, 1 - a * a - d * a / k


def von_mises_fisher_point(d, kappa, constants, factor):
    peak, a, one_less_a, variance = constants
    q = mpf(factor) ** 2 * one_less_a / (1 + a)
    scale = sqrt(d * (1 + a) / one_less_a)
    one_less_cosine = 2 * q / (1 + q)
    density = peak - mpf(kappa) * one_less_cosine
    return density + d * (log(2) - log(1 + q) - log(scale)), (one_less_a - one_less_cosine) / sqrt(variance)


def dirichlet(d, alpha):
    """Mean and deviation of the log-density in Aitchison's measure."""
    n, a = d + 1, mpf(alpha)
    normaliser = loggamma(n * a) - n * loggamma(a)
    mean = normaliser + n * a * (polygamma(0, a) - polygamma(0, n * a))
    return mean, a * sqrt(n * (polygamma(1, a) - n * polygamma(1, n * a)))


def dirichlet_point(d, alpha, constants, factor):
    n, a = d + 1, mpf(alpha)
    scale = sqrt(polygamma(1, a))
    e = [scale * factor * (-1) ** j / sqrt(mpf(j + 1) * (j + 2)) for j in range(d)]
    v, later = [], sum(e)
    for i in range(n):
        v.append(later - (i * e[i - 1] if i else 0))
        later -= e[i] if i < d else 0
    total = -n * (max(v) + log(sum(exp(x - max(v)) for x in v)))
    density = loggamma(n * a) - n * loggamma(a) + a * total
    return density + log(mpf(n)) / 2 + d * log(scale), (density - constants[0]) / constants[1]


def write(name, concentrations, header, constants, point):
    with open(HERE / name, "w", newline="\n") as out:
        out.write(header + ",factor,log_prob,typicality\n")
        for d in DIMENSIONS:
            for i, concentration in enumerate(concentrations(d)):
                values = constants(d, concentration)
                factor = FACTORS[i % 3]
                out.write(",".join([str(d), repr(concentration), *map(text, values), repr(factor), *map(text, point(d, concentration, values, factor))]) + "\n")


if __name__ == "__main__":
    mp.dps = 60
    kappas = [1e-6, 1e-3, 0.03, 0.5, 2.0, 9.0, 25.0, 38.9, 39.9, 40.1, 60.0, 150.0, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 6.4e10]
    write("vmf_concentrations.csv", lambda d: sorted({*kappas, 1.0 * d, 1.5 * d, 2.0 * d}),
          "dimension,kappa,log_peak,mean,one_less_mean,variance", von_mises_fisher, von_mises_fisher_point)
    write("dirichlet_concentrations.csv", lambda d: [4e-8, 1e-6, 1e-3, 0.1, 0.5, 1.0, 2.0, 6.3, 14.9, 15.1, 100.0, 1e4, 1e6, 1e8, 1e9, 2e10],
          "dimension,alpha,log_density_mean,log_density_deviation", dirichlet, dirichlet_point)
