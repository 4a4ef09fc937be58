"""Writes state-dict.pth and state-dict-legacy.pth beside itself, with Python's own pickle and without PyTorch.

The layouts are those of torch.save: since 1.6 a ZIP archive, before it a row of pickles followed by the values.
"""
import io, pathlib, pickle, struct, sys, types, zipfile
from collections import OrderedDict

torch, utils = types.ModuleType("torch"), types.ModuleType("torch._utils")
sys.modules.update({"torch": torch, "torch._utils": utils})


class FloatStorage: ...
class LongStorage: ...


def _rebuild_tensor_v2(*_): ...


for module, names in ((torch, (FloatStorage, LongStorage)), (utils, (_rebuild_tensor_v2,))):
    for thing in names:
        thing.__module__ = module.__name__
        setattr(module, thing.__name__, thing)


class Storage:
    def __init__(self, key, kind, values):
        self.key, self.kind, self.values = key, kind, values

    def data(self):
        return struct.pack("<%d%s" % (len(self.values), "f" if self.kind is FloatStorage else "q"), *self.values)


class Tensor:
    def __init__(self, storage, offset, shape, strides):
        self.parts = storage, offset, shape, strides

    def __reduce_ex__(self, _):
        return _rebuild_tensor_v2, (*self.parts, False, OrderedDict())


class Pickler(pickle.Pickler):
    legacy = False

    def persistent_id(self, thing):
        if isinstance(thing, Storage):
            reference = ("storage", thing.kind, thing.key, "cpu", len(thing.values))
            return reference + (None,) if self.legacy else reference


def pickled(thing, legacy):
    buffer = io.BytesIO()
    pickler = Pickler(buffer, protocol=2)
    pickler.legacy = legacy
    pickler.dump(thing)
    return buffer.getvalue()


shared = Storage("0", FloatStorage, [0, 1, 2, 3, 4, 5.5])
count = Storage("1", LongStorage, [7])
state = OrderedDict([
    ("whole", Tensor(shared, 0, (2, 3), (3, 1))),
    ("turned", Tensor(shared, 0, (3, 2), (1, 3))),
    ("tail", Tensor(shared, 4, (2,), (1,))),
    ("count", Tensor(count, 0, (), ())),
])
state._metadata = OrderedDict([("", {"version": 1})])

here = pathlib.Path(__file__).parent
with zipfile.ZipFile(here / "state-dict.pth", "w", zipfile.ZIP_STORED) as archive:
    for name, content in (("data.pkl", pickled(state, False)), ("byteorder", b"little"), ("data/0", shared.data()), ("data/1", count.data()), ("version", b"3\n")):
        archive.writestr(zipfile.ZipInfo("archive/" + name), content)

system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
with open(here / "state-dict-legacy.pth", "wb") as file:
    for thing in (0x1950A86A20F9469CFC6C, 1001, system, state, ["0", "1"]):
        file.write(pickled(thing, True))
    for storage in (shared, count):
        file.write(struct.pack("<q", len(storage.values)) + storage.data())
