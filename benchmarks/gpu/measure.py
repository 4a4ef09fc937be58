"""The measuring half of gpu.sh run: measure.py PROGRAM OUT.

Each step writes lines of JSON to OUT/gpu.jsonl: what it found, or why it failed; a step that fails stops no other. All ends within
MINUTES. The settings are gpu.sh's variables.
"""
import ctypes, gzip, json, os, platform, random, re, shutil, signal, struct, subprocess, sys, tempfile, threading, time
from pathlib import Path

MINUTES = 8
BUILT_FOR = re.search("<LibTorchVersion>(.*?)<", (Path(__file__).parents[2] / "Directory.Packages.props").read_text())[1]
BASES = {"gaussian": {}, "dirichlet": {"base.alpha": "2", "base.concentration": "fixed"},
         "von-mises-fisher": {"base.kappa": "1d", "base.concentration": "fixed"}}
TOLERANCE = 1e-4  # of log-likelihoods between the device and the CPU, in nats or bits per dimension
STEPS = 100  # training steps of an epoch on 28 x 28 images; a tenth of it without a GPU

app, out = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
device = os.environ.get("DEVICE", "cuda")
on_gpu = device != "cpu"
steps = STEPS if on_gpu else STEPS // 10
work = Path(tempfile.mkdtemp(prefix="orchestrator-gpu-"))
end = time.monotonic() + MINUTES * 60
out.mkdir(parents=True, exist_ok=True)
lines = open(out / "gpu.jsonl", "w")


class Failed(Exception):
    pass


def say(step, **figures):
    line = json.dumps({"step": step, **figures})
    print(line, flush=True)
    print(line, file=lines, flush=True)


def step(name, do, *arguments):
    began = time.monotonic()
    try:
        do(*arguments)
        say("time", of=name, seconds=round(time.monotonic() - began, 1))
    except Exception as error:
        say(name, failed=f"{error}" if isinstance(error, Failed) else f"{type(error).__name__}: {error}")


def seconds_left(limit):
    left = end - time.monotonic()
    if left < 1:
        raise Failed(f"no time was left of {MINUTES} minutes")
    return min(limit, left)


def call(*command, limit, env=None, fails=False):
    """Runs a command to its end; the result's output is text. It fails where the command does, unless fails says that it may."""
    limit = seconds_left(limit)
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace", timeout=limit, env=env)
    except subprocess.TimeoutExpired:
        raise Failed(f"{Path(str(command[0])).name} {command[1]} took longer than {limit:.0f} s")
    if done.returncode and not fails:
        raise Failed(f"{Path(str(command[0])).name} {command[1]} ended with {done.returncode}: {why(done.stderr or done.stdout)}")
    return done


def why(errors):
    """The lines that say what failed; where none says it, the first two and the last."""
    told = [line.strip() for line in errors.splitlines() if line.strip()]
    return " / ".join([line for line in told if re.search(r"\bfailed\b|what\(\)", line)][:2] or told[:2] + told[2:][-1:])[:600]


# The machine, and whether the libraries fit


def find_libtorch():
    """The folder with libtorch.so, and what Python says of its PyTorch."""
    ask = "import json, torch; print(json.dumps([torch.__file__, torch.__version__, torch.version.cuda, torch._C._GLIBCXX_USE_CXX11_ABI]))"
    found = call(sys.executable, "-c", ask, limit=90, fails=True)
    file, version, cuda, abi = json.loads(found.stdout) if found.returncode == 0 else (None, None, None, None)
    folder = os.environ.get("LIBTORCH") or (str(Path(file).parent / "lib") if file else None)
    if folder is None:
        sys.exit(f"{sys.executable} has no PyTorch, and LIBTORCH names no folder with libtorch.so")
    say("pytorch", version=version, cuda=cuda, cxx11_abi=abi, libtorch="PyTorch's" if "LIBTORCH" not in os.environ else "LIBTORCH's")
    return Path(folder).resolve()


def machine():
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    say("machine", cores=os.cpu_count(), cpu=cpu and cpu[1], system=platform.freedesktop_os_release().get("PRETTY_NAME"),
        libc=" ".join(platform.libc_ver()), python=platform.python_version())
    if on_gpu:
        fields = "name,memory.total,driver_version,power.limit"
        say("gpu", gpus=call("nvidia-smi", f"--query-gpu={fields}", "--format=csv,noheader", limit=20).stdout.splitlines())


def fit(libtorch):
    """What libLibTorchSharp.so asks for and the libraries do not have. The loader binds functions when they are first called: only the
    symbols that it wants at once keep the library from being loaded. Those are given a function that says its name and aborts, so that
    what does not call them can be measured all the same."""
    bridge = app / "libLibTorchSharp.so"
    text, at_once = (done.stdout + done.stderr for done in (
        call("ldd", how, bridge, limit=60, fails=True, env=environment) for how in ("-r", "-d")))
    undefined = {symbol: demangle(symbol) for symbol in sorted(set(re.findall(r"undefined symbol: (\w+)", text)))}
    at_once = sorted(set(re.findall(r"undefined symbol: (\w+)", at_once)))
    asked = call("nm", "-D", "--undefined-only", bridge, limit=30, fails=True).stdout if shutil.which("nm") else ""
    (out / "missing.txt").write_text("".join(f"{symbol}\t{name}\n" for symbol, name in undefined.items()))
    say("fit", built_for=BUILT_FOR, libraries_absent=sorted(set(re.findall(r"(\S+) => not found", text))),
        versions_absent=sorted(set(re.findall(r"(?<!weak )version `(\S+)' not found", text))), symbols_missing=len(undefined),
        symbols_asked=len(re.findall(r" U \w+$", asked, re.M)) or None, wanted_at_once=[demangle(symbol) for symbol in at_once],
        missing=list(undefined.values())[:40], all="missing.txt", has_cuda=(libtorch / "libtorch_cuda.so").exists())
    if at_once:
        environment["LD_PRELOAD"] = str(stand_ins(at_once))
        say("stand-ins", symbols=len(at_once))


def stand_ins(symbols):
    source, library = work / "stand_ins.c", work / "stand_ins.so"
    source.write_text("#include <stdio.h>\n#include <stdlib.h>\n" + "".join(
        f'void f{i}(void) __asm__("{symbol}");\nvoid f{i}(void) {{ fputs("libtorch has no {symbol}\\n", stderr); abort(); }}\n'
        for i, symbol in enumerate(symbols)))
    if not shutil.which("cc"):
        raise Failed("it cannot be loaded, and without a C compiler the missing symbols have no stand-ins")
    call("cc", "-shared", "-fPIC", "-o", library, source, limit=30)
    return library


def demangle(symbol):
    """The C++ name; the symbol itself where it is none."""
    cxx = ctypes.CDLL("libstdc++.so.6").__cxa_demangle
    cxx.restype = ctypes.c_void_p
    name = cxx(symbol.encode(), None, None, None)
    return ctypes.string_at(name).decode() if name else symbol


def alive():
    told = call(app / "orchestrator", "trial", "check", limit=60, env=environment)
    found = json.loads(told.stdout.splitlines()[0])
    say("alive", cuda_devices=found.get("cuda_devices"), libtorch=found.get("libtorch"))
    if on_gpu and not found.get("cuda_devices"):
        raise Failed("libtorch is loaded and sees no CUDA device")
    doctor = call(app / "orchestrator", "doctor", "--json", "--data-dir", work / "doctor", limit=60, fails=True, env=environment)
    for finding in json.loads(doctor.stdout)["findings"]:
        if finding["check"] in ("devices", "libtorch"):
            say("doctor", **finding)


def likelihoods():
    told = call(app / "Orchestrator.Gpu", device, limit=90, env=environment)
    for found in map(json.loads, told.stdout.splitlines()):
        say("likelihood", holds=max(found["golden_nats"], found["flow_bits_per_dim"]) <= TOLERANCE, **found)


# The digits, as a user trains them


def digits():
    epochs = 5 if on_gpu else 1
    (work / "digits.yaml").write_text(f"""
name: digits
dataset: digits
seed: 7
trial:
  flow: {{ architecture: glow, levels: 2, steps: 6, hidden: 64 }}
  base: {{ distribution: gaussian }}
  training: {{ epochs: {epochs}, batch_size: 64, learning_rate: 2.0e-3, gradient_clip: 1.0 }}
parameters:
  base: [{{ distribution: gaussian }}, {{ distribution: dirichlet, alpha: 2 }}, {{ distribution: von-mises-fisher, kappa: 1d }}]
search: {{ algorithm: grid }}
evaluation: {{ samples: 100, kid: {{ subsets: 5, subset_size: 20 }}, interpolation: {{ pairs: 5, points: 3, schemes: auto }} }}
resources: {{ device: auto, threads: 1 }}
""")
    ran = call(app / "orchestrator", "sweep", "run", work / "digits.yaml", "--data-dir", work / "data", "--no-progress", "--json",
               limit=180, env=environment)
    trials = json.loads(ran.stdout)["trials"]
    say("digits", devices=ran.stderr.splitlines()[0], epochs=epochs)
    for trial in trials:
        folder = Path(trial["checkpoint"]["path"])
        last = json.loads((folder.parents[1] / "metrics.jsonl").read_text().splitlines()[-1])
        say("digits", trial=trial["id"], base=trial["parameters"]["base.distribution"], state=trial["state"],
            images_per_second=round(last["images_per_second"]), memory=trial.get("memory"),
            validation_bits_per_dim=trial["validation"]["bits_per_dim"])
    for trial in trials:
        bits = {}
        for where, visible in (("device", None), ("cpu", "")):
            env = environment if visible is None else {**environment, "CUDA_VISIBLE_DEVICES": visible}
            told = call(app / "orchestrator", "eval", "checkpoint", trial["checkpoint"]["path"], "--data-dir", work / "data", "--to",
                        work / f"scores-{trial['id']}-{where}", "--samples", 8, "--pairs", 4, "--points", 3, "--json", limit=60, env=env)
            bits[where] = json.loads(told.stdout)["test"]["bits_per_dim"]
        difference = abs(bits["device"] - bits["cpu"])
        say("trained", base=trial["parameters"]["base.distribution"], bits_per_dim=bits["device"], on_cpu=bits["cpu"],
            difference=difference, holds=difference <= TOLERANCE)


# Single attempts: trial run, with the task that the sweep above gave its first attempt, changed


def task(name, attempt=1, earlier=(), seed=7, dataset=None, **settings):
    template = next((work / "data/sweeps").glob("*/trials/*/attempt-1/attempt.json"), None)
    if template is None:
        raise Failed("the sweep of digits left no task to start from")
    made = json.loads(template.read_text())
    wanted = {"flow.levels": "2", "flow.steps": "8", "flow.hidden": "64", "training.batch_size": "64", "training.epochs": "2",
              "training.warmup_epochs": "0", **{key: str(value) for key, value in settings.items()}}
    spec = made["spec"]
    spec["settings"] = {key: value for key, value in spec["settings"].items() if not key.startswith("base.")} | wanted
    spec["dataset"], spec["device"], spec["seed"] = dataset or f"idx:{images()}", device, seed
    made.update(trial=name, attempt=attempt, directory=str(work / name / f"attempt-{attempt}"), earlier=[str(path) for path in earlier],
                until_epoch=int(wanted["training.epochs"]), dataset_sha256=None, device=None)
    file = work / f"{name}-{attempt}.json"
    file.write_text(json.dumps(made))
    return file


def images():
    """A folder of 28 x 28 images in MNIST's form, drawn at random; a twelfth of the training images is for validation."""
    folder = work / "images"
    if not folder.exists():
        folder.mkdir()
        draw = random.Random(1)
        for name, count in (("train", steps * 64 * 12 // 11 + 12), ("t10k", 64)):
            sizes = struct.pack(">IIII", 0x803, count, 28, 28)
            (folder / f"{name}-images-idx3-ubyte").write_bytes(sizes + draw.randbytes(count * 784))
            (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + bytes(i % 10 for i in range(count)))
    return folder


class Trial:
    """A process of trial run; its messages are read as they come."""

    def __init__(self, file):
        self.messages, self.arrived = [], threading.Condition()
        self.memory_before = gpu_memory()
        self.process = subprocess.Popen([app / "orchestrator", "trial", "run", file], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=open(f"{file}.err", "w"), text=True, env=environment)
        self.errors, self.memory = Path(f"{file}.err"), None
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if message["type"] in ("memory", "epoch") and self.process.poll() is None:
                self.memory = max(self.memory or 0, gpu_memory() - self.memory_before) if on_gpu else None
            with self.arrived:
                self.messages.append(message)
                self.arrived.notify_all()
        with self.arrived:
            self.messages.append({"type": "end"})
            self.arrived.notify_all()

    def all(self, kind):
        return [message for message in self.messages if message["type"] == kind]

    def wait(self, kind, count, limit):
        with self.arrived:
            told = self.arrived.wait_for(lambda: len(self.all(kind)) >= count or self.all("end"), timeout=seconds_left(limit))
        if not told:
            self.process.kill()
            raise Failed(f"{self.errors.stem}: no {count} messages {kind} in {limit} s")

    def finish(self, limit):
        self.wait("end", 1, limit)
        code = self.process.wait(10)
        if code:
            said = [message["message"] for message in self.all("failed")] or [why(self.errors.read_text(errors="replace"))]
            raise Failed(f"{self.errors.stem}: ended with {code}: {said[0]}")
        return self

    def figures(self):
        """Of the last epoch: the first one's time holds what is done once."""
        report = self.all("epoch")[-1]["report"]
        peak = [message["peak"] for message in self.all("memory")]
        return dict(images_per_second=round(report["images_per_second"], 1), bits_per_dim=round(report["validation_bits_per_dim"], 4),
                    peak_mib=peak and round((peak[-1].get("bytes") or peak[-1].get("peak_bytes")) / 2**20) or None,
                    gpu_mib=self.memory)


def gpu_memory():
    """MiB in use on the first GPU, whoever uses them; 0 where nobody tells."""
    if not on_gpu or not shutil.which("nvidia-smi"):
        return 0
    told = subprocess.run(["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"], capture_output=True, text=True)
    return int(told.stdout.split()[0]) if told.returncode == 0 else 0


def base_settings(base):
    return {"base.distribution": base, **BASES[base]}


def speed(base, hidden, batch, precision="float32"):
    settings = {"flow.hidden": hidden, "training.batch_size": batch, "training.epochs": 3 if on_gpu else 1, "training.precision": precision}
    ours = Trial(task(f"speed-{base}-{hidden}-{batch}-{precision}", **base_settings(base), **settings)).finish(60 if on_gpu else 240)
    say("speed", base=base, hidden=hidden, batch=batch, precision=precision, **ours.figures())


PEER = """
import json, sys, torch
sys.path.insert(0, sys.argv[1])
import glow
device, base, hidden, batch = sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
torch.set_num_threads(1)
flow = glow.Glow(glow.BASES[base](), hidden).to(device)
for name, value in vars(flow.base).items():
    if torch.is_tensor(value):
        setattr(flow.base, name, value.to(device))
images = torch.rand(batch, 1, 28, 28, device=device) - 0.5
training = glow.Training(flow)
took = glow.milliseconds(lambda: training.step(images))
peak = torch.cuda.max_memory_reserved() if device != "cpu" else None
print(json.dumps({"images_per_second": round(batch * 1000 / took, 1), "peak_mib": peak and round(peak / 2**20)}))
"""


def pytorch(base, hidden, batch):
    """PyTorch's training steps of the same flow, on images that lie on the device."""
    folder = Path(__file__).parents[1] / "pytorch"
    if not (folder / "glow.py").exists():
        raise Failed("benchmarks/pytorch/glow.py is not there")
    told = call(sys.executable, "-c", PEER, folder, device, base, hidden, batch, limit=90)
    say("pytorch speed", base=base, hidden=hidden, batch=batch, **json.loads(told.stdout.splitlines()[-1]))


def fashion_mnist():
    places = [os.environ.get("FASHION_MNIST"), Path(__file__).parent / "out/fashion-mnist", "/usr/share/datasets/fashion-mnist"]
    folder = next((Path(place).resolve() for place in places if place and Path(place).is_dir()), None)
    if folder is None:
        raise Failed("its files are not there: FASHION_MNIST names their folder")
    settings = {"dataset": f"idx:{folder}", "training.epochs": 3 if on_gpu else 1}
    trial = Trial(task("fashion-mnist", **base_settings("gaussian"), **settings)).finish(120 if on_gpu else 240)
    say("fashion-mnist", epochs=settings["training.epochs"], steps=trial.all("epoch")[-1]["report"]["step"], hidden=64, batch=64,
        **trial.figures())


def two_processes():
    """The same attempt alone, and then two of them at the same time."""
    settings = {**base_settings("gaussian"), "training.epochs": 3 if on_gpu else 1}
    alone = Trial(task("alone", **settings)).finish(120)
    pair = [Trial(task(f"pair-{seed}", seed=seed, **settings)) for seed in (7, 8)]
    for trial in pair:
        trial.finish(120)
    say("two processes", alone=alone.figures(), pair=[trial.figures() for trial in pair])


def kill_and_resume():
    """kill -9 after the second epoch's checkpoint, and another attempt; against the same trial undisturbed, twice: whether the device
    gives the same bytes at all."""
    settings = {"dataset": "digits", "flow.steps": 2, "flow.hidden": 32, "training.epochs": 6, **base_settings("gaussian")}
    undisturbed = [Trial(task(name, **settings)).finish(90) for name in ("undisturbed", "again")]
    killed = Trial(task("killed", **settings))
    killed.wait("checkpoint", 2, 60)
    killed.process.send_signal(signal.SIGKILL)
    killed.process.wait(10)
    killed.wait("end", 1, 10)
    kept = killed.all("checkpoint")[-1]["checkpoint"]["step"]
    resumed = Trial(task("killed", attempt=2, earlier=[work / "killed/attempt-1"], **settings)).finish(90)
    finals = [trial.all("checkpoint")[-1]["checkpoint"] for trial in (*undisturbed, resumed)]
    bits = [trial.all("epoch")[-1]["report"]["validation_bits_per_dim"] for trial in (*undisturbed, resumed)]
    reports = [json.loads(line)["epoch"] for line in (work / "killed/attempt-2/metrics.jsonl").read_text().splitlines()]
    say("kill and resume", checkpoint_at_step=kept, resumed_from_step=resumed.all("started")[0]["resumed_from_step"], epochs=reports,
        last_step=finals[2]["step"], last_step_undisturbed=finals[0]["step"],
        same_bytes=finals[2]["sha256"] == finals[0]["sha256"], same_bytes_undisturbed_twice=finals[1]["sha256"] == finals[0]["sha256"],
        bits_per_dim=bits[2], bits_per_dim_undisturbed=bits[:2])


say("run", device=device, date=time.strftime("%Y-%m-%d", time.gmtime()), steps=steps)
try:
    libtorch = find_libtorch()
    folders = [str(libtorch), *map(str, sorted(libtorch.parents[1].glob("nvidia/*/lib")))]
    # Without packages of NuGet, from which TorchSharp would take another libtorch where this one does not fit.
    environment = {**os.environ, "LD_LIBRARY_PATH": ":".join(folders), "NUGET_PACKAGES": str(work / "none"), "NO_COLOR": "1"}
    step("machine", machine)
    step("fit", fit, libtorch)
    step("alive", alive)
    step("likelihood", likelihoods)
    step("digits", digits)
    step("kill and resume", kill_and_resume)
    for hidden, batch in ((64, 64), (128, 128)) if on_gpu else ((64, 64),):
        for base in BASES:
            step("speed", speed, base, hidden, batch)
            step("pytorch speed", pytorch, base, hidden, batch)
        if batch == 64:
            step("two processes", two_processes)
            step("fashion-mnist", fashion_mnist)
    step("speed", speed, "gaussian", *((128, 128) if on_gpu else (64, 64)), "tf32")
finally:
    lines.close()
    shutil.rmtree(work, ignore_errors=True)
