"""Writes what gpu.sh run found into a page, between the two marks there: table.py GPU.JSONL PAGE."""
import json, sys
from pathlib import Path

BEGIN, END = "<!-- Written by benchmarks/gpu.sh table. -->", "<!-- Its end. -->"


def figures(found):
    parts = [f"{found['images_per_second']:,} images/s"]
    if found.get("bits_per_dim") is not None:
        parts.append(f"{found['bits_per_dim']:.4f} validation bits/dim")
    if found.get("peak_mib"):
        parts.append(f"{found['peak_mib']:,} MiB")
    if found.get("gpu_mib"):
        parts.append(f"{found['gpu_mib']:,} MiB more in use on the GPU")
    return ", ".join(parts)


def fit(found):
    faults = [f"the version {name} is absent" for name in found["versions_absent"]]
    faults += [f"the library {name} is absent" for name in found["libraries_absent"]]
    if found["symbols_missing"]:
        some = "; ".join(f"`{name}`" for name in found["missing"][:5])
        faults.append(f"{found['symbols_missing']} of {found['symbols_asked'] or '?'} symbols are missing: {some}"
                      + (" …" if found["symbols_missing"] > 5 else ""))
    if found["wanted_at_once"]:
        faults.append("it cannot be loaded for want of " + "; ".join(f"`{name}`" for name in found["wanted_at_once"]))
    return "it fits" if not faults else "; ".join(faults)


def digits(found):
    if "devices" in found:
        return found["devices"]
    memory = found["memory"]
    return (f"{found['base']}: {found['state']}, {found['images_per_second']:,} images/s, "
            f"{found['validation_bits_per_dim']:.4f} validation bits/dim"
            + (f", {memory['peak_bytes'] >> 20:,} MiB ({memory['device']})" if memory else ""))


def kill_and_resume(found):
    bits = " and ".join(f"{bits:.6f}" for bits in found["bits_per_dim_undisturbed"])
    return (f"checkpoint at step {found['checkpoint_at_step']}, resumed from {found['resumed_from_step']}, epochs {found['epochs']}, "
            f"last step {found['last_step']} (undisturbed {found['last_step_undisturbed']}); the same bytes as undisturbed: "
            f"{found['same_bytes']} (two undisturbed ones: {found['same_bytes_undisturbed_twice']}); {found['bits_per_dim']:.6f} bits/dim, "
            f"undisturbed {bits}")


def likelihood(found):
    return (f"{found['base']}: {found['cases']} golden cases within {found['golden_nats']:.1e} nats, images under a flow within "
            f"{found['flow_bits_per_dim']:.1e} bits/dim") + far(found)


def trained(found):
    return (f"{found['base']}: {found['bits_per_dim']:.5f} test bits/dim, on the CPU {found['on_cpu']:.5f}, "
            f"{found['difference']:.1e} apart") + far(found)


def far(found):
    return "" if found["holds"] else ": **too far apart**"


def case(found):
    precision = found.get("precision", "float32")
    return f"{found['base']}, hidden {found['hidden']}, batch {found['batch']}, {precision}: {figures(found)}"


def pytorch(found):
    return f"{found['version']}, CUDA {found['cuda']}, _GLIBCXX_USE_CXX11_ABI {found['cxx11_abi']}; libtorch is {found['libtorch']}"


def two(found):
    return f"alone {figures(found['alone'])}; together " + " and ".join(figures(one) for one in found["pair"])


SAYS = {
    "run": ("Device", lambda found: f"{found['device']}, on {found['date']}"),
    "machine": ("Machine", lambda found: f"{found['cores']} cores ({found['cpu']}), {found['system']}, {found['libc']}"),
    "gpu": ("GPU: name, memory, driver, power limit", lambda found: "; ".join(found["gpus"])),
    "pytorch": ("PyTorch", pytorch),
    "fit": ("libLibTorchSharp.so with that libtorch", lambda found: f"built for {found['built_for']}: {fit(found)}"),
    "stand-ins": ("What it needs to be loaded", lambda found: f"{found['symbols']} functions that abort stand in"),
    "alive": ("`trial check`", lambda found: f"comes to life; {found['libtorch']}; {found['cuda_devices']} CUDA devices"),
    "doctor": ("`doctor`", lambda found: f"{found['check']}: {found['verdict']}, {found['found']}"),
    "likelihood": ("Log-likelihoods, device against CPU", likelihood),
    "digits": ("`sweep run` of the digits", digits),
    "trained": ("Its checkpoints by `eval checkpoint`", trained),
    "kill and resume": ("`kill -9` and another attempt", kill_and_resume),
    "speed": ("Training of Glow 28×28, 2 levels of 8 steps", case),
    "pytorch speed": ("PyTorch's steps of the same flow", case),
    "two processes": ("Two processes on one device", two),
    "fashion-mnist": ("Fashion-MNIST", lambda found: f"{found['steps']} steps of {found['batch']}: {figures(found)}"),
}

table, last = ["| what | found |", "|---|---|"], None
for line in Path(sys.argv[1]).read_text().splitlines():
    found = json.loads(line)
    if found["step"] not in SAYS:
        continue
    what, text = SAYS[found["step"]]
    said = f"failed: {found['failed']}" if "failed" in found else text(found)
    table.append(f"| {what if what != last else ''} | {said.replace('|', '/')} |")
    last = what
page = Path(sys.argv[2])
before, after = page.read_text().split(BEGIN)[0], page.read_text().split(END)[1]
page.write_text("\n".join([before + BEGIN, "", *table, "", END + after]))
