#!/usr/bin/env python3
"""The Glow of docs/checkpoint-format.md in plain PyTorch, with the tensors' names and meanings of a checkpoint.

glow.py check CASE STATE                        whether the flow gives the images of STATE the log-densities that stand beside them
glow.py step|sample|encode|memory CASE STATE    measures, and prints one JSON line

CASE is BASE/HIDDEN/BATCH, as gaussian/64/128; STATE is a safetensors file that `speed state CASE FILE` wrote.
"""
import json
import math
import resource
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

LEVELS, STEPS, SIDE = 2, 8, 28
DIMENSION = SIDE * SIDE
ALPHA, KAPPA = 2.0, float(DIMENSION)


class ActNorm(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.log_scale = nn.Parameter(torch.zeros(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))

    def forward(self, x):
        return x * self.log_scale.exp() + self.bias, self.log_scale.sum() * x[0, 0].numel()

    def inverse(self, z):
        return (z - self.bias) * (-self.log_scale).exp()


class InvertibleConvolution(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.lower = nn.Parameter(torch.zeros(channels, channels))
        self.upper = nn.Parameter(torch.zeros(channels, channels))
        self.log_scale = nn.Parameter(torch.zeros(channels))
        self.register_buffer("sign", torch.ones(channels))
        self.register_buffer("permutation", torch.eye(channels))
        self.register_buffer("identity", torch.eye(channels), persistent=False)

    def weight(self):
        lower = self.lower.tril(-1) + self.identity
        upper = self.upper.triu(1) + self.identity
        return self.permutation @ (lower * (self.sign * self.log_scale.exp())) @ upper

    def forward(self, x):
        return F.conv2d(x, self.weight()[:, :, None, None]), self.log_scale.sum() * x[0, 0].numel()

    def inverse(self, z):
        return F.conv2d(z, torch.inverse(self.weight().double()).to(z.dtype)[:, :, None, None])


class ActNormConvolution(nn.Module):
    """A convolution with actnorm, whose scale is applied to the weight."""

    def __init__(self, inputs, outputs, size):
        super().__init__()
        self.size = size
        self.weight = nn.Parameter(torch.zeros(outputs, inputs, size, size))
        self.log_scale = nn.Parameter(torch.zeros(outputs, 1))
        self.bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        return F.conv2d(x, self.weight * self.log_scale.exp()[:, :, None, None], self.bias, padding=self.size // 2)


class Network(nn.Module):
    def __init__(self, inputs, outputs, hidden):
        super().__init__()
        self.input = ActNormConvolution(inputs, hidden, 3)
        self.hidden = ActNormConvolution(hidden, hidden, 1)
        self.output_weight = nn.Parameter(torch.zeros(outputs, hidden, 3, 3))
        self.output_log_gain = nn.Parameter(torch.zeros(outputs, 1))
        self.output_bias = nn.Parameter(torch.zeros(outputs))

    def forward(self, x):
        x = F.relu(self.hidden(F.relu(self.input(x), inplace=True)), inplace=True)
        gain = (3 * self.output_log_gain).exp()[:, :, None, None]
        return F.conv2d(x, self.output_weight * gain, self.output_bias, padding=1)


class Coupling(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.network = Network(channels // 2, channels, hidden)

    def shift_and_scale(self, condition):
        shift, raw = self.network(condition).chunk(2, 1)
        return shift, torch.sigmoid(raw + 2) + 0.01

    def forward(self, x):
        condition, changed = x.chunk(2, 1)
        shift, scale = self.shift_and_scale(condition)
        return torch.cat([condition, (changed + shift) * scale], 1), scale.log().sum((1, 2, 3))

    def inverse(self, z):
        condition, changed = z.chunk(2, 1)
        shift, scale = self.shift_and_scale(condition)
        return torch.cat([condition, changed / scale - shift], 1)


class Step(nn.Module):
    def __init__(self, channels, hidden):
        super().__init__()
        self.actnorm = ActNorm(channels)
        self.convolution = InvertibleConvolution(channels)
        self.coupling = Coupling(channels, hidden)

    def forward(self, x):
        x, first = self.actnorm(x)
        x, second = self.convolution(x)
        x, third = self.coupling(x)
        return x, first + second + third

    def inverse(self, z):
        return self.actnorm.inverse(self.convolution.inverse(self.coupling.inverse(z)))


class Split(nn.Module):
    """The learned prior of the half that leaves."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels, channels // 2, 3, 3))
        self.bias = nn.Parameter(torch.zeros(channels))

    def prior(self, kept):
        mean, raw = F.conv2d(kept, self.weight, self.bias, padding=1).chunk(2, 1)
        return mean, 5 * torch.tanh(raw / 5)

    def forward(self, x):
        kept, leaving = x.chunk(2, 1)
        mean, log_deviation = self.prior(kept)
        return kept, (leaving - mean) * (-log_deviation).exp(), -log_deviation.sum((1, 2, 3))

    def inverse(self, kept, leaving):
        mean, log_deviation = self.prior(kept)
        return torch.cat([kept, leaving * log_deviation.exp() + mean], 1)


class Glow(nn.Module):
    def __init__(self, base, hidden):
        super().__init__()
        self.base = base
        self.steps, self.splits = nn.ModuleList(), nn.ModuleList()
        channels = 1
        for level in range(LEVELS):
            channels *= 4
            self.steps.append(nn.ModuleList(Step(channels, hidden) for _ in range(STEPS)))
            if level < LEVELS - 1:
                self.splits.append(Split(channels))
                channels //= 2

    def encode(self, x):
        latents, log_determinant = [], 0
        for level, steps in enumerate(self.steps):
            x = F.pixel_unshuffle(x, 2)
            for step in steps:
                x, more = step(x)
                log_determinant = log_determinant + more
            if level < LEVELS - 1:
                x, leaving, more = self.splits[level](x)
                latents.append(leaving.flatten(1))
                log_determinant = log_determinant + more
        return torch.cat([*latents, x.flatten(1)], 1), log_determinant

    def decode(self, z):
        shapes = [(2 * 2 ** level, SIDE >> level + 1, SIDE >> level + 1) for level in range(LEVELS - 1)]
        last = SIDE >> LEVELS
        shapes.append((2 * 2 ** (LEVELS - 1) * 2, last, last))
        parts = [part.view(-1, *shape) for part, shape in zip(z.split([math.prod(s) for s in shapes], 1), shapes)]
        x = parts.pop()
        for level in reversed(range(LEVELS)):
            if level < LEVELS - 1:
                x = self.splits[level].inverse(x, parts[level])
            for step in reversed(self.steps[level]):
                x = step.inverse(x)
            x = F.pixel_shuffle(x, 2)
        return x

    def log_prob(self, images):
        latents, log_determinant = self.encode(images)
        return self.base.log_prob(latents.double()) + log_determinant

    def sample(self, count):
        return self.decode(self.base.sample(count).float())

    def load(self, state):
        """Takes the tensors of a checkpoint: kernels as conv2d wants them."""
        own = {}
        for name, tensor in state.items():
            if name.endswith("initialized"):
                continue
            level, _, rest = name.partition(".")
            level = int(level[len("level"):])
            if rest.startswith("split."):
                own[f"splits.{level}.{rest[len('split.'):]}"] = tensor
                continue
            step, _, rest = rest.partition(".")
            target = f"steps.{level}.{int(step[len('step'):])}.{rest}"
            if rest.endswith("network.input.weight"):
                tensor = tensor.view(tensor.shape[0], 3, 3, -1).permute(0, 3, 1, 2)
            elif rest.endswith("network.hidden.weight"):
                tensor = tensor[:, :, None, None]
            elif rest.endswith("network.output_weight"):
                tensor = tensor.view(3, 3, *tensor.shape[1:]).flip(0, 1).permute(2, 3, 0, 1)
            elif rest.endswith(("input.bias", "hidden.bias", "output_bias")):
                tensor = tensor.flatten()
            own[target] = tensor.contiguous()
        self.load_state_dict(own)


class Gaussian:
    def log_prob(self, x):
        return -0.5 * x.square().sum(1) - 0.5 * DIMENSION * math.log(2 * math.pi)

    def sample(self, count):
        return torch.randn(count, DIMENSION, dtype=torch.float64)


class Dirichlet:
    """On the simplex of d + 1 parts, through the isometric log-ratio chart."""

    def __init__(self):
        n = DIMENSION + 1
        self.scale = math.sqrt(torch.polygamma(1, torch.tensor(ALPHA, dtype=torch.float64)).item())
        self.index = torch.arange(1, n, dtype=torch.float64)
        self.norm = (self.index * (self.index + 1)).sqrt()
        self.constant = (
            math.lgamma(n * ALPHA) - n * math.lgamma(ALPHA) + 0.5 * math.log(n) + DIMENSION * math.log(self.scale)
        )
        self.gamma = torch.distributions.Gamma(torch.full((n,), ALPHA, dtype=torch.float64), 1.0)

    def log_prob(self, x):
        e = self.scale * x / self.norm
        v = F.pad(e.flip(1).cumsum(1).flip(1), (0, 1)) - F.pad(self.index * e, (1, 0))
        return ALPHA * F.log_softmax(v, 1).sum(1) + self.constant

    def sample(self, count):
        logs = self.gamma.sample((count,)).log()
        return (logs[:, :-1].cumsum(1) - self.index * logs[:, 1:]) / self.norm / self.scale


class VonMisesFisher:
    """On the sphere of R^(d+1), through the stereographic chart from the north pole, mean at the south pole."""

    def __init__(self):
        nu = (DIMENSION + 1) / 2 - 1
        s = math.hypot(nu, KAPPA)
        delta = (KAPPA / s) ** 2
        one_less_mean = 2 * nu / (KAPPA + nu + s) + KAPPA / (2 * s * s) - KAPPA * (4 - 5 * delta) / (8 * s ** 3)
        self.scale = math.sqrt(DIMENSION * (2 - one_less_mean) / one_less_mean)
        self.peak = (
            nu * math.log((nu + s) / (2 * math.pi))
            + 0.5 * math.log(s / (2 * math.pi))
            - nu * nu / (s + KAPPA)
            - (5 * delta - 2) / (24 * s)
        )

    def log_prob(self, x):
        q = x.square().sum(1) / self.scale ** 2
        volume = DIMENSION * (math.log(2) - q.log1p() - math.log(self.scale))
        return -2 * KAPPA * q / (1 + q) + self.peak + volume

    def sample(self, count):
        """Ulrich's rejection with Wood's constants."""
        d = DIMENSION
        b = d / (2 * KAPPA + math.sqrt(4 * KAPPA ** 2 + d * d))
        x0 = (1 - b) / (1 + b)
        c = KAPPA * x0 + d * math.log(1 - x0 * x0)
        beta = torch.distributions.Beta(*torch.tensor([d / 2, d / 2], dtype=torch.float64))
        cosines = torch.empty(0, dtype=torch.float64)
        while len(cosines) < count:
            z = beta.sample((count,))
            w = (1 - (1 + b) * z) / (1 - (1 - b) * z)
            accepted = KAPPA * w + d * torch.log(1 - x0 * w) - c >= torch.rand(count, dtype=torch.float64).log()
            cosines = torch.cat([cosines, w[accepted]])
        cosines = cosines[:count]
        radii = self.scale * ((1 - cosines) / (1 + cosines)).sqrt()
        return F.normalize(torch.randn(count, d, dtype=torch.float64), dim=1) * radii[:, None]


BASES = {"gaussian": Gaussian, "dirichlet": Dirichlet, "von-mises-fisher": VonMisesFisher}


def read_safetensors(path):
    types = {"F32": torch.float32, "F64": torch.float64, "I64": torch.int64}
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        values = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        # A copy of its own: what frombuffer gives need not be aligned.
        flat = torch.frombuffer(values[begin:end], dtype=types[entry["dtype"]])
        tensors[name] = flat.view(entry["shape"]).clone()
    return tensors


class Training:
    def __init__(self, flow):
        self.flow = flow
        self.optimizer = torch.optim.Adam(flow.parameters(), lr=1e-3)

    def step(self, images):
        self.optimizer.zero_grad(set_to_none=True)
        loss = -self.flow.log_prob(images).mean() / DIMENSION
        loss.backward()
        nn.utils.clip_grad_norm_(self.flow.parameters(), 50)
        self.optimizer.step()
        return loss.item()


def milliseconds(work, warm_up=2, repetitions=10):
    for _ in range(warm_up):
        work()
    took = []
    for _ in range(repetitions):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median_high(took)


def check(flow, images, expected):
    with torch.no_grad():
        apart = (flow.log_prob(images) / DIMENSION - expected).abs().max().item()
    print(f"log-densities differ by {apart:.1e} nats per dimension")
    return 0 if apart <= 1e-4 else 1


def measure(row, flow, images):
    batch = len(images)
    if row == "step":
        training = Training(flow)
        return milliseconds(lambda: training.step(images))
    if row == "memory":
        training = Training(flow)
        for _ in range(11):
            training.step(images)
        with torch.no_grad():
            flow.log_prob(images)
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with torch.no_grad():
        work = {"sample": lambda: flow.sample(batch), "encode": lambda: flow.encode(images)}[row]
        return batch / milliseconds(work) * 1000


def main(row, case, file):
    torch.set_num_threads(1)
    base, hidden, _ = case.split("/")
    state = read_safetensors(file)
    images, expected = state.pop("images"), state.pop("log_prob")
    flow = Glow(BASES[base](), int(hidden))
    flow.load(state)
    if row == "check":
        return check(flow, images, expected)
    print(json.dumps({"row": row, "case": case, "who": "pytorch", "value": measure(row, flow, images)}))
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
