#!/usr/bin/env python3
"""Computes the bits per dimension of a checkpoint on the digits again: recompute.py CHECKPOINT EVALUATION digits.csv.gz

Written from docs/recompute.md and docs/checkpoint-format.md, with nothing but Python's standard library, so that it shares no code and no
library with the program whose figures it checks. Prints each figure of ours and of the files, and ends with 1 where two differ by more than
1e-6 (for one image under splines, whose narrow bins cost float32 some digits: 5e-6). --whole also counts all test images of the first draw,
and the validation split.
"""
import argparse
import gzip
import hashlib
import json
import pathlib
import random
import struct
import sys
from math import exp, expm1, hypot, lgamma, log, log1p, log2, pi, prod, sqrt, tanh

TOLERANCE = 1e-6
TOLERANCE_OF_SPLINES = 5e-6
BATCH = 250
SPLIT_SEED = 20210913
MASK = 2**64 - 1


# --- random numbers -------------------------------------------------------------------------------------------------------------------

def mix(z):
    z = (z + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return z ^ z >> 31


def derive(seed, text, number=0):
    f = 0xCBF29CE484222325
    for character in text:
        f = ((f ^ ord(character)) * 0x100000001B3) & MASK
    f = mix(f ^ mix(seed))
    return mix(f ^ mix(number)) >> 1


def permutation(count, seed):
    order = []
    for i in range(count):
        j = derive(seed, "permutation", i) % (i + 1)
        order.append(i)
        order[i] = order[j]
        order[j] = i
    return order


def uniform(count, seed):
    state = [seed & 0xFFFFFFFF]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ state[-1] >> 30) + i) & 0xFFFFFFFF)
    generator = random.Random()
    generator.setstate((3, (*state, 624), None))
    return [generator.getrandbits(32) % 2**24 / 2**24 for _ in range(count)]


# --- data ------------------------------------------------------------------------------------------------------------------------------

class Split:
    def __init__(self, images, labels):
        self.images, self.labels = images, labels


def digits(path):
    with gzip.open(path, "rt") as lines:
        rows = [[int(value) for value in line.split(",")] for line in lines]
    order = permutation(len(rows), SPLIT_SEED)
    part = {image: place % 10 for place, image in enumerate(sorted(order, key=lambda image: rows[image][-1]))}

    def where(belongs):
        chosen = [image for image in order if belongs(part[image])]
        return Split([rows[image][:-1] for image in chosen], [rows[image][-1] for image in chosen])

    return where(lambda p: p > 2), where(lambda p: p == 2), where(lambda p: p < 2)


def dataset_sha256(splits, levels, channels, height, width):
    digest = hashlib.sha256()
    for split in splits:
        digest.update(struct.pack("<5i", levels, len(split.images), channels, height, width))
        digest.update(b"".join(bytes(image) for image in split.images))
        digest.update(bytes(split.labels))
    return digest.hexdigest()


# --- the checkpoint --------------------------------------------------------------------------------------------------------------------

class Tensor:
    """Values row by row, and a shape."""

    def __init__(self, shape, values):
        self.shape, self.values = shape, values

    def __getitem__(self, index):
        at = 0
        for size, i in zip(self.shape, index):
            at = at * size + i
        return self.values[at]


def read_safetensors(path):
    data = path.read_bytes()
    (length,) = struct.unpack_from("<Q", data)
    tensors = {}
    for name, entry in json.loads(data[8:8 + length]).items():
        begin, end = entry["data_offsets"]
        letter = {"F32": "f", "I64": "q"}[entry["dtype"]]
        count = prod(entry["shape"])
        tensors[name] = Tensor(entry["shape"], struct.unpack("<%d%s" % (count, letter), data[8 + length + begin:8 + length + end]))
    return tensors


# --- layers: an image is a list of channels, each a list of rows ------------------------------------------------------------------------

def float32(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def sites(image):
    return len(image[0]) * len(image[0][0])


def squeeze(image):
    return [[row[j::2] for row in channel[i::2]] for channel in image for i in (0, 1) for j in (0, 1)]


def convolve(image, kernel, bias):
    """kernel[o][c] is 3x3; zero padding 1."""
    height, width = len(image[0]), len(image[0][0])
    result = []
    for o, of_output in enumerate(kernel):
        plane = [[bias[o]] * width for _ in range(height)]
        for c, window in enumerate(of_output):
            for a in range(3):
                for b in range(3):
                    weight = window[a][b]
                    for y in range(max(0, 1 - a), min(height, height + 1 - a)):
                        source, target = image[c][y + a - 1], plane[y]
                        for x in range(max(0, 1 - b), min(width, width + 1 - b)):
                            target[x] += weight * source[x + b - 1]
        result.append(plane)
    return result


def mix_channels(image, weight, bias):
    height, width = len(image[0]), len(image[0][0])
    return [[[bias[o] + sum(w * channel[y][x] for w, channel in zip(row, image)) for x in range(width)] for y in range(height)]
            for o, row in enumerate(weight)]


def relu(image):
    return [[[max(0.0, value) for value in row] for row in channel] for channel in image]


class Flow:
    def __init__(self, folder):
        self.manifest = json.loads((folder / "manifest.json").read_text())
        self.tensors = read_safetensors(folder / "model.safetensors")
        settings = self.manifest["spec"]["settings"]
        self.architecture, self.coupling, self.mixing = settings["flow.architecture"], settings["flow.coupling"], settings.get("flow.mixing")
        self.levels, self.steps = int(settings["flow.levels"]), int(settings["flow.steps"])
        shape = self.manifest["shape"]
        self.channels, self.height, self.width = shape["channels"], shape["height"], shape["width"]
        self.dimension = self.channels * self.height * self.width
        self.base = Base(settings, self.dimension, self.tensors)

    def log_prob(self, pixels):
        """Of dequantised pixels, in one list."""
        rows = [pixels[i:i + self.width] for i in range(0, len(pixels), self.width)]
        image = [rows[i:i + self.height] for i in range(0, len(rows), self.height)]
        self.log_determinant = 0.0
        latent = []
        for level in range(self.levels):
            image = self.level(image, "level%d" % level, last=level == self.levels - 1)
            if level < self.levels - 1:
                half = len(image) // 2
                latent += [value for channel in image[half:] for row in channel for value in row]
                image = image[:half]
        latent += [value for channel in image for row in channel for value in row]
        return self.base.log_prob(latent) + self.log_determinant

    def level(self, image, name, last):
        if self.architecture == "realnvp":
            for j in range(self.steps):
                image = self.actnorm(image, "%s.checkerboard%d.actnorm." % (name, j))
                image = self.checkerboard(image, "%s.checkerboard%d.coupling.network." % (name, j), changes_odd=j % 2 == 0)
            image = squeeze(image)
            for j in range(self.steps):
                image = self.actnorm(image, "%s.channel%d.actnorm." % (name, j))
                image = self.by_channels(image, "%s.channel%d.coupling.network." % (name, j), changes_second=j % 2 == 0)
            return image
        image = squeeze(image)
        for j in range(self.steps):
            step = "%s.step%d." % (name, j)
            image = self.actnorm(image, step + "actnorm.")
            if self.mixing == "permutation":
                image = self.permute(image, step + "permutation.")
            else:
                image = self.convolution(image, step + "convolution.")
            image = self.by_channels(image, step + "coupling.network.", changes_second=True)
        return image if last else self.split(image, name + ".split.")

    def actnorm(self, image, name):
        log_scale, bias = self.tensors[name + "log_scale"].values, self.tensors[name + "bias"].values
        self.log_determinant += sites(image) * sum(log_scale)
        return [[[value * exp(log_scale[c]) + bias[c] for value in row] for row in channel] for c, channel in enumerate(image)]

    def permute(self, image, name):
        return [image[i] for i in self.tensors[name + "permutation"].values]

    def convolution(self, image, name):
        p, lower, upper, log_scale, sign = (self.tensors[name + part] for part in ("permutation", "lower", "upper", "log_scale", "sign"))
        n = range(len(image))
        l = [[1.0 if i == j else lower[i, j] if i > j else 0.0 for j in n] for i in n]
        u = [[(1.0 if i == j else upper[i, j] if i < j else 0.0) * sign[i,] * exp(log_scale[i,]) for j in n] for i in n]
        lu = [[sum(l[i][k] * u[k][j] for k in n) for j in n] for i in n]
        weight = [[sum(p[i, k] * lu[k][j] for k in n) for j in n] for i in n]
        self.log_determinant += sites(image) * sum(log_scale.values)
        return mix_channels(image, weight, [0.0] * len(image))

    def split(self, image, name):
        half = len(image) // 2
        weight, bias = self.tensors[name + "weight"], self.tensors[name + "bias"].values
        kernel = [[[[weight[o, c, a, b] for b in range(3)] for a in range(3)] for c in range(half)] for o in range(2 * half)]
        parameters = convolve(image[:half], kernel, bias)
        second = []
        for channel, means, logs in zip(image[half:], parameters[:half], parameters[half:]):
            rows = []
            for row, m, r in zip(channel, means, logs):
                deviations = [5 * tanh(value / 5) for value in r]
                self.log_determinant -= sum(deviations)
                rows.append([(value - mean) * exp(-l) for value, mean, l in zip(row, m, deviations)])
            second.append(rows)
        return image[:half] + second

    def by_channels(self, image, name, changes_second):
        half = len(image) // 2
        seen, changed = (image[:half], image[half:]) if changes_second else (image[half:], image[:half])
        changed = self.change(changed, self.network(seen, name), lambda y, x: True)
        return seen + changed if changes_second else changed + seen

    def checkerboard(self, image, name, changes_odd):
        def is_changed(y, x):
            return (y + x) % 2 == (1 if changes_odd else 0)

        seen = [[[0.0 if is_changed(y, x) else value for x, value in enumerate(row)] for y, row in enumerate(channel)] for channel in image]
        return self.change(image, self.network(seen, name), is_changed)

    def network(self, image, name):
        def scaled(layer):
            weight, log_scale = self.tensors[name + layer + ".weight"], self.tensors[name + layer + ".log_scale"].values
            return [[exp(log_scale[o]) * weight[o, i] for i in range(weight.shape[1])] for o in range(weight.shape[0])]

        inputs = len(image)
        kernel = [[[[row[(3 * a + b) * inputs + c] for b in range(3)] for a in range(3)] for c in range(inputs)] for row in scaled("input")]
        image = relu(convolve(image, kernel, self.tensors[name + "input.bias"].values))
        image = relu(mix_channels(image, scaled("hidden"), self.tensors[name + "hidden.bias"].values))
        weight, gain = self.tensors[name + "output_weight"], self.tensors[name + "output_log_gain"].values
        _, outputs, hidden = weight.shape
        kernel = [[[[exp(3 * gain[o]) * weight[3 * (2 - a) + (2 - b), o, c] for b in range(3)] for a in range(3)] for c in range(hidden)]
                  for o in range(outputs)]
        return convolve(image, kernel, self.tensors[name + "output_bias"].values)

    def change(self, image, parameters, is_changed):
        count = len(image)
        elementwise = {"affine": affine, "additive": additive, "spline": spline}[self.coupling]
        result = []
        for c, channel in enumerate(image):
            rows = []
            for y, row in enumerate(channel):
                changed = []
                for x, value in enumerate(row):
                    if is_changed(y, x):
                        value, log_derivative = elementwise(value, [plane[y][x] for plane in parameters[c::count]])
                        self.log_determinant += log_derivative
                    changed.append(value)
                rows.append(changed)
            result.append(rows)
        return result


def affine(x, parameters):
    t, u = parameters
    s = 1 / (1 + exp(-(u + 2))) + 0.01
    return (x + t) * s, log(s)


def additive(x, parameters):
    return x + parameters[0], 0.0


def spline(x, parameters):
    if not abs(x) < 3:
        return x, 0.0

    def knots(numbers):
        largest = max(numbers)
        shares = [exp(number - largest) for number in numbers]
        shares = [0.01 + 0.92 * share / sum(shares) for share in shares]
        return [-3.0] + [-3 + 6 * sum(shares[:k + 1]) for k in range(7)] + [3.0]

    xs, ys = knots(parameters[:8]), knots(parameters[8:16])
    shift = log(exp(0.99) - 1)
    slopes = [1.0] + [0.01 + log1p(exp(number + shift)) for number in parameters[16:]] + [1.0]
    k = max(i for i in range(8) if xs[i] <= x)
    w, g = xs[k + 1] - xs[k], ys[k + 1] - ys[k]
    s, q = g / w, (x - xs[k]) / w
    n = s + (slopes[k + 1] + slopes[k] - 2 * s) * q * (1 - q)
    y = ys[k] + g * (s * q * q + slopes[k] * q * (1 - q)) / n
    return y, 2 * log(s) + log(slopes[k + 1] * q * q + 2 * s * q * (1 - q) + slopes[k] * (1 - q) ** 2) - 2 * log(n)


# --- base distributions ------------------------------------------------------------------------------------------------------------------

class Base:
    def __init__(self, settings, dimension, tensors):
        self.name = settings["base.distribution"]
        self.d = dimension
        if self.name == "gaussian":
            return
        if self.name == "dirichlet":
            self.start = float(settings["base.alpha"])
        else:
            text = settings["base.kappa"]
            self.start = float(text[:-1]) * dimension if text.endswith("d") else float(text)
        self.c = self.start
        if settings["base.concentration"] == "learned":
            self.c *= exp(3 * tanh(tensors["base.concentration.log_ratio"].values[0] / 3))

    def log_prob(self, x):
        d = self.d
        if self.name == "gaussian":
            return -0.5 * sum(value * value for value in x) - d / 2 * log(2 * pi)
        return self.dirichlet(x) if self.name == "dirichlet" else self.von_mises_fisher(x)

    def dirichlet(self, x):
        d, c, n = self.d, self.c, self.d + 1
        scale = sqrt(trigamma(self.start))
        e = [0.0] + [scale * x[j - 1] / sqrt(j * (j + 1)) for j in range(1, n)]
        v = [sum(e[i:]) - (i - 1) * e[i - 1] for i in range(1, n + 1)]
        if c > 1e4:
            return (-c * n * log1p(sum(map(expm1, v)) / n) + d / 2 * log(c / (2 * pi)) + remainder(n * c) - n * remainder(c)
                    + d * log(scale))
        largest = max(v)
        total = largest + log(sum(exp(part - largest) for part in v))
        s = sum(part - total for part in v)
        return (c - 1) * s + lgamma(n * c) - n * lgamma(c) + s + log(n) / 2 + d * log(scale)

    def von_mises_fisher(self, x):
        d, c, p = self.d, self.c, self.d + 1
        one_less_a = one_less_mean_cosine(p, self.start)
        scale = sqrt(d * (2 - one_less_a) / one_less_a)
        q = sum(value * value for value in x) / scale ** 2
        nu, s = p / 2 - 1, hypot(p / 2 - 1, c)
        if s > 1e5:
            peak = nu * log((nu + s) / (2 * pi)) + log(s / (2 * pi)) / 2 - nu ** 2 / (s + c) - (5 * (c / s) ** 2 - 2) / (24 * s)
            return -2 * c * q / (1 + q) + peak + d * (log(2) - log1p(q) - log(scale))
        normaliser = lgamma(p / 2) - log(2) - p / 2 * log(pi) - log_0f1(p / 2, c * c / 4)
        return c * (1 - q) / (1 + q) + normaliser + d * (log(2) - log1p(q) - log(scale))


def trigamma(x):
    total = 0.0
    while x < 30:
        total, x = total + 1 / (x * x), x + 1
    return total + 1 / x + 1 / (2 * x ** 2) + 1 / (6 * x ** 3) - 1 / (30 * x ** 5) + 1 / (42 * x ** 7)


def remainder(t):
    return 1 / (12 * t) - 1 / (360 * t ** 3) + 1 / (1260 * t ** 5)


def one_less_mean_cosine(p, kappa):
    nu, s, g = p / 2 - 1, hypot(p / 2 - 1, kappa), 0.0
    if s > 1e5:
        return 2 * nu / (kappa + nu + s) + kappa / (2 * s ** 2) - kappa * (4 - 5 * (kappa / s) ** 2) / (8 * s ** 3)
    for j in range(100 + int(2 * kappa), -1, -1):
        g = 1 / (p + 2 * j + kappa ** 2 * g)
    return 1 - kappa * g


def log_0f1(b, t):
    term = total = 1.0
    scale, k = 0.0, 0
    while term > 1e-17 * total:
        term *= t / ((k + 1) * (b + k))
        total, k = total + term, k + 1
        if total > 1e250:
            term, total, scale = term / 1e250, total / 1e250, scale + log(1e250)
    return log(total) + scale


# --- figures -----------------------------------------------------------------------------------------------------------------------------

def bits_per_dim(flow, images, seed, count):
    """Of the first images of a split, from one draw of the noise."""
    levels, d = flow.manifest["levels"], flow.dimension
    r, bits = float32(1 / levels), []
    for start in range(0, min(count, len(images)), BATCH):
        batch = images[start:start + BATCH]
        noise = uniform(len(batch) * d, derive(seed, "batch", start))
        for i, image in enumerate(batch[:count - start]):
            y = [float32(float32(float32(k + u) * r) - 0.5) for k, u in zip(image, noise[i * d:(i + 1) * d])]
            bits.append(-flow.log_prob(y) / (d * log(2)) + log2(levels))
    return bits


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("checkpoint", type=pathlib.Path)
    arguments.add_argument("evaluation", type=pathlib.Path)
    arguments.add_argument("digits", type=pathlib.Path)
    arguments.add_argument("--whole", action="store_true", help="the first draw of all test images, and the validation split")
    given = arguments.parse_args()

    flow = Flow(given.checkpoint)
    manifest, details = flow.manifest, json.loads((given.evaluation / "details.json").read_text())
    training, validation, test = splits = digits(given.digits)
    found = dataset_sha256(splits, manifest["levels"], flow.channels, flow.height, flow.width)
    if found != manifest["dataset_sha256"]:
        sys.exit("the digits have SHA-256 %s, and the checkpoint was trained on %s" % (found, manifest["dataset_sha256"]))
    seeds = [derive(manifest["seeds"]["trial"], "evaluation-test", draw) for draw in range(-(-3000 // len(test.images)))]
    if seeds != details["seeds"]["test"]:
        sys.exit("the seeds of the draws are %s, and details.json says %s" % (seeds, details["seeds"]["test"]))

    differing = []

    def compare(what, ours, theirs, tolerance=TOLERANCE):
        print("%s: %.9f here, %.9f there, %.1e apart" % (what, ours, theirs, abs(ours - theirs)))
        if not abs(ours - theirs) <= tolerance:
            differing.append(what)

    first = details["test"]["first_images"]
    of_one = TOLERANCE_OF_SPLINES if flow.coupling == "spline" else TOLERANCE
    for draw, seed in enumerate(seeds[:2]):
        bits = bits_per_dim(flow, test.images, seed, len(first))
        for image, figures in enumerate(first):
            compare("test image %d, draw %d" % (image, draw), bits[image], figures[draw], of_one)
        compare("mean of these, draw %d" % draw, sum(bits) / len(bits), sum(figures[draw] for figures in first) / len(first))
    if given.whole:
        bits = bits_per_dim(flow, test.images, seeds[0], len(test.images))
        compare("test split, draw 0", sum(bits) / len(bits), details["test"]["draws"][0])
        bits = bits_per_dim(flow, validation.images, derive(0, "validation"), len(validation.images))
        compare("validation split", sum(bits) / len(bits), manifest["reports"][-1]["validation_bits_per_dim"])
    if differing:
        sys.exit("bits per dimension differ: " + "; ".join(differing))


if __name__ == "__main__":
    main()
