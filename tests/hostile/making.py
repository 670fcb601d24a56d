"""Make hostile `.keras` files, one for each known way to attack whoever loads one.

`HOSTILE` maps a name to the error that a file deserves and to what writes it; the second argument
is a file that nothing may read, write or run. Each is the small sound model of `sound` with one
thing changed, so that nothing but the attack is what is refused.
"""

import base64
import io
import json
import marshal
import pickle
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kitchen.errors import FileError, FileForeign, FileRefused, FileTruncated

Maker = Callable[[Path, Path], None]
HOSTILE: dict[str, tuple[type[FileError], Maker]] = {}


def hostile(name: str, error: type[FileError] = FileRefused) -> Callable[[Maker], Maker]:
    def keep(maker: Maker) -> Maker:
        HOSTILE[name] = (error, maker)
        return maker

    return keep


# A sound model ------------------------------------------------------------------------------------


def tensor(of: str, *shape: int | None) -> dict[str, Any]:
    history = {"shape": [None, *shape], "dtype": "float32", "keras_history": [of, 0, 0]}
    return {"class_name": "__keras_tensor__", "config": history}


def thing(
    module: str | None, class_name: str, registered: str | None = None, /, **config: Any
) -> Any:
    return {
        "module": module,
        "class_name": class_name,
        "config": config,
        "registered_name": registered,
    }


def layer(class_name: str, module: str = "keras.layers", /, **config: Any) -> Any:
    return thing(module, class_name, **{"name": "dense", **config})


def function(module: str, name: str) -> Any:
    """A function as Keras writes one."""
    return {
        "module": module,
        "class_name": "function",
        "config": name,
        "registered_name": "function",
    }


def functional(middle: Any, *, size: int = 4, batch: int | None = None, nodes: Any = None) -> Any:
    """A functional model of an input and one layer."""
    start = layer("InputLayer", batch_shape=[batch, size], dtype="float32", name="x")
    calls = [{"args": [tensor("x", size)], "kwargs": {}}] if nodes is None else nodes
    model = thing(
        "keras.src.models.functional",
        "Functional",
        "Functional",
        name="model",
        trainable=True,
        layers=[
            {**start, "name": "x", "inbound_nodes": []},
            {**middle, "name": middle["config"].get("name", "dense"), "inbound_nodes": calls},
        ],
        input_layers=[["x", 0, 0]],
        output_layers=[[middle["config"].get("name", "dense"), 0, 0]],
    )
    return model


def sequential(*layers: Any) -> Any:
    start = layer("InputLayer", batch_shape=[None, 4], dtype="float32", name="x")
    return thing("keras", "Sequential", name="model", trainable=True, layers=[start, *layers])


def dense(**config: Any) -> Any:
    return layer("Dense", **{"units": 2, **config})


def compiled(**state: Any) -> Any:
    return {**functional(dense()), "compile_config": {"optimizer": "sgd", "loss": "mse", **state}}


def store(fill: Callable[[Any], None] | None = None, *, whole: bool = True) -> bytes:
    """The weights as HDF5, with whatever `fill` does to the file."""
    file = io.BytesIO()
    with h5py.File(file, "w") as weights:
        if whole:
            group = weights.create_group("layers/dense/vars")
            group["0"] = np.ones((4, 2), "float32")
            group["1"] = np.zeros((2,), "float32")
        if fill is not None:
            fill(weights)
    return file.getvalue()


def sound() -> dict[str, bytes]:
    """The parts of a file that loads."""
    return {
        "metadata.json": b'{"keras_version": "3.15.1"}',
        "config.json": json.dumps(functional(dense())).encode(),
        "model.weights.h5": store(),
    }


def write(path: Path, parts: Mapping[str, bytes], *, packed: bool = False) -> None:
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)


def with_config(path: Path, config: Any) -> None:
    text = config if isinstance(config, bytes) else json.dumps(config).encode()
    write(path, {**sound(), "config.json": text})


def with_weights(path: Path, fill: Callable[[Any], None], *, whole: bool = True) -> None:
    write(path, {**sound(), "model.weights.h5": store(fill, whole=whole)})


# The zip ------------------------------------------------------------------------------------------

for _name in ("../evil", "/tmp/evil", "assets/../../evil", "assets\\..\\evil", "C:\\evil", "x.pkl"):  # noqa: S108

    @hostile(f"zip: a part called {_name}")
    def _named(path: Path, canary: Path, name: str = _name) -> None:
        write(path, {**sound(), name: b"evil"})


@hostile("zip: a link")
def _link(path: Path, canary: Path) -> None:
    write(path, sound())
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("assets/link")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, str(canary))


@hostile("zip: two parts of one name")
def _twice(path: Path, canary: Path) -> None:
    write(path, {**sound(), "Config.json": b"{}"})


@hostile("zip: encrypted")
def _encrypted(path: Path, canary: Path) -> None:
    write(path, sound())
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\1\2") + 8  # the flags of the last member
    data[at] |= 1
    path.write_bytes(data)


@hostile("zip: packed with LZMA")
def _lzma(path: Path, canary: Path) -> None:
    write(path, {x: sound()[x] for x in ("metadata.json", "model.weights.h5")})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("config.json", sound()["config.json"])


@hostile("zip: a config that expands to 150 MB")
def _config_bomb(path: Path, canary: Path) -> None:
    bomb(path, "config.json", 150, b" ")


@hostile("zip: weights that expand to 150 MB")
def _weights_bomb(path: Path, canary: Path) -> None:
    bomb(path, "model.weights.h5", 150, b"\0")


@hostile("zip: an asset that expands to 150 MB")
def _asset_bomb(path: Path, canary: Path) -> None:
    bomb(path, "assets/layers/dense/vocabulary.txt", 150, b"a\n")


def bomb(path: Path, name: str, size: int, fill: bytes) -> None:
    """A part of so many megabytes, packed into a thousandth."""
    write(path, {x: data for x, data in sound().items() if x != name})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(name, "w", force_zip64=True) as part,
    ):
        for _ in range(size):
            part.write(fill * (10**6 // len(fill)))


@hostile("zip: a vocabulary of two million lines")
def _lines(path: Path, canary: Path) -> None:
    write(path, {**sound(), "assets/layers/dense/vocabulary.txt": b"ab\n" * 2 * 10**6})


@hostile("zip: a list of 30,000 parts")
def _parts(path: Path, canary: Path) -> None:
    write(path, {**sound(), **{f"assets/{k}": b"" for k in range(30_000)}})


@hostile("zip: parts that overlap")
def _overlap(path: Path, canary: Path) -> None:
    # Many entries of the list point at the bytes of one member.
    write(path, {**sound(), "assets/00": bytes(100_000)})
    data = path.read_bytes()
    start, end = data.index(b"PK\1\2"), data.rindex(b"PK\5\6")
    entry = data[data.rindex(b"PK\1\2") : end]
    more = b"".join(entry.replace(b"assets/00", b"assets/%02d" % k) for k in range(1, 90))
    listed = data[start:end] + more
    tail = bytearray(data[end:])
    tail[8:12] = (94).to_bytes(2, "little") * 2
    tail[12:16] = len(listed).to_bytes(4, "little")
    path.write_bytes(data[:start] + listed + tail)


@hostile("zip: a size that lies", FileTruncated)
def _lying(path: Path, canary: Path) -> None:
    write(path, {**sound(), "config.json": b" " * 10**6 + sound()["config.json"]}, packed=True)
    data = bytearray(path.read_bytes())
    at = data.index(b"config.json", data.index(b"PK\1\2")) - 46 + 24  # its size as listed
    data[at : at + 4] = (2000).to_bytes(4, "little")
    path.write_bytes(data)


# Other files --------------------------------------------------------------------------------------

for _name, _start in {
    "HDF5, which safe_mode has not guarded": b"\x89HDF\r\n\x1a\n",  # CVE-2025-9905
    "a pickle": pickle.dumps([1]),
    "a program": b"#!/bin/sh\n",
    "a pointer of Git LFS": b"version https://git-lfs.github.com/spec/v1\noid sha256:0",
}.items():

    @hostile(f"other: {_name}", FileForeign)
    def _other(path: Path, canary: Path, start: bytes = _start) -> None:
        path.write_bytes(start + bytes(1000))


@hostile("other: weights as pickles of NumPy", FileForeign)
def _npz(path: Path, canary: Path) -> None:
    file = io.BytesIO()
    np.savez(file, x=np.array([{}], dtype=object))
    parts = {x: data for x, data in sound().items() if x != "model.weights.h5"}
    write(path, {**parts, "model.weights.npz": file.getvalue()})


# The text of the config ---------------------------------------------------------------------------


@hostile("text: brackets 100,000 deep")
def _deep(path: Path, canary: Path) -> None:
    with_config(path, b'{"class_name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")


@hostile("text: two million values")
def _many(path: Path, canary: Path) -> None:
    with_config(path, b'{"class_name": [' + b"[]," * 10**6 + b"[]]}")


@hostile("text: a quotation mark that never ends", FileTruncated)
def _quotes(path: Path, canary: Path) -> None:
    with_config(path, b'{"class_name": "' + b'\\"' * 10**6)


@hostile("text: a number of a million digits", FileTruncated)
def _digits(path: Path, canary: Path) -> None:
    with_config(path, b'{"class_name": ' + b"1" * 10**6 + b"}")


@hostile("text: UTF-16, which Python's parser would take", FileTruncated)
def _utf16(path: Path, canary: Path) -> None:
    with_config(path, sound()["config.json"].decode().encode("utf-16"))


@hostile("text: an error's text that grows with every layer around it")
def _message(path: Path, canary: Path) -> None:
    inner = dense(bogus="x" * 10**6)
    for _ in range(30):
        inner = layer("TimeDistributed", layer=inner)
    with_config(path, sequential(inner))


@hostile("text: an error's text of many megabytes", FileError)
def _long_message(path: Path, canary: Path) -> None:
    with_config(path, sequential(dense(bogus="x" * 4 * 10**6)))


# Code, by every way that there has been -----------------------------------------------------------


def code(canary: Path) -> list[Any]:
    """A lambda that would spoil the canary, as Keras serialises it."""
    source = f"lambda x: open({str(canary)!r}, 'w').write('spoiled') and x"
    compiled_code = compile(source, "hostile", "eval").co_consts[0]
    return [base64.b64encode(marshal.dumps(compiled_code)).decode(), None, None]


def a_lambda(canary: Path) -> Any:
    body, defaults, closure = code(canary)
    config = {"code": body, "defaults": defaults, "closure": closure}
    return {"class_name": "__lambda__", "config": config}


@hostile("code: a Lambda layer")  # CVE-2024-3660
def _lambda(path: Path, canary: Path) -> None:
    with_config(path, functional(layer("Lambda", function=a_lambda(canary), arguments={})))


@hostile("code: a Lambda layer inside wrappers and models")
def _nested_lambda(path: Path, canary: Path) -> None:
    inner = functional(layer("Lambda", function=a_lambda(canary), arguments={}))
    wrapped = layer("TimeDistributed", layer=layer("Bidirectional", layer=inner))
    with_config(path, sequential(dense(), sequential(wrapped)))


@hostile("code: a Lambda layer's shape")
def _lambda_shape(path: Path, canary: Path) -> None:
    relu = function("builtins", "relu")
    with_config(path, functional(layer("Lambda", function=relu, output_shape=a_lambda(canary))))


@hostile("code: a Lambda layer in the old form, for which safe_mode was once off")
def _old_lambda(path: Path, canary: Path) -> None:
    old = {
        "class_name": "Lambda",
        "config": {"name": "dense", "function": code(canary), "function_type": "lambda"},
    }
    with_config(path, functional(old))


@hostile("code: a Lambda layer whose function is a list")
def _listed_lambda(path: Path, canary: Path) -> None:
    with_config(path, functional(layer("Lambda", function=code(canary))))


@hostile("code: an activation")
def _activation(path: Path, canary: Path) -> None:
    with_config(path, functional(dense(activation=a_lambda(canary))))


@hostile("code: a PyTorch module, which is a pickle")
def _torch(path: Path, canary: Path) -> None:
    with_config(path, functional(layer("TorchModuleWrapper", module=pickle.dumps([]).hex())))


@hostile("code: a SavedModel")  # CVE-2026-1462
def _saved_model(path: Path, canary: Path) -> None:
    folder = str(canary.parent)
    with_config(path, functional(layer("TFSMLayer", filepath=folder, call_endpoint="serve")))


@hostile("code: a SavedModel that is called as a function")
def _saved_model_called(path: Path, canary: Path) -> None:
    with_config(path, functional(layer("Lambda", function=function("keras.layers", "TFSMLayer"))))


@hostile("code: a function of JAX")
def _jax(path: Path, canary: Path) -> None:
    with_config(path, functional(layer("JaxLayer", call_fn=a_lambda(canary))))


# Any module, any function -------------------------------------------------------------------------

for _module, _function in {
    "subprocess": "run",  # CVE-2025-1550
    "os": "system",
    "builtins": "exec",
    "keras.utils": "get_file",  # CVE-2025-8747
    "keras.config": "enable_unsafe_deserialization",  # CVE-2025-9906
    "keras.models": "load_model",
    "keras.saving": "load_weights",
    "keras.losses": "deserialize",
    "keras.activations": "get",
    "keras.src.backend.common.global_state": "set_global_attribute",
    "keras_hub.utils": "anything",
}.items():

    @hostile(f"gadget: the class {_module}.{_function}")
    def _as_class(path: Path, canary: Path, module: str = _module, name: str = _function) -> None:
        call = [{"args": [], "kwargs": {"args": ["touch", str(canary)]}}]
        with_config(path, functional(layer(name, module), nodes=call))

    @hostile(f"gadget: the function {_module}.{_function} in a Lambda")
    def _as_function(
        path: Path, canary: Path, module: str = _module, name: str = _function
    ) -> None:
        caller = layer("Lambda", function=function(module, name), arguments={"safe_mode": False})
        with_config(path, functional(caller))

    @hostile(f"gadget: the function {_module}.{_function} as an activation")
    def _as_activation(
        path: Path, canary: Path, module: str = _module, name: str = _function
    ) -> None:
        with_config(path, functional(dense(activation=function(module, name))))


@hostile("gadget: a function as a loss")
def _loss(path: Path, canary: Path) -> None:
    with_config(path, compiled(loss=function("keras.utils", "get_file")))


@hostile("gadget: a compile state that is no dict")
def _listed_state(path: Path, canary: Path) -> None:
    state = [function("keras.utils", "get_file")]
    with_config(path, {**functional(dense()), "compile_config": state})


@hostile("gadget: a type of TensorFlow")
def _typespec(path: Path, canary: Path) -> None:
    spec: dict[str, Any] = {
        "class_name": "__typespec__",
        "spec_name": "get_file",
        "module": "keras.utils",
        "config": [],
        "registered_name": None,
    }
    with_config(path, functional(dense(activity_regularizer=spec)))


@hostile("gadget: another class under the name of one of Keras's")
def _registered(path: Path, canary: Path) -> None:
    with_config(path, functional({**dense(), "registered_name": "other>Evil"}))


@hostile("gadget: a layer that is called on a name")
def _called(path: Path, canary: Path) -> None:
    caller = layer("Lambda", function=function("builtins", "relu"), arguments={})
    with_config(path, functional(caller, nodes=[{"args": [str(canary)], "kwargs": {}}]))


@hostile("memory: a layer that is called on a number")
def _at_once(path: Path, canary: Path) -> None:
    config = {"name": "dense", "shape": [10**12]}
    stretch = thing("keras.src.ops.numpy", "BroadcastTo", "BroadcastTo", **config)
    with_config(path, functional(stretch, nodes=[{"args": [1.0], "kwargs": {}}]))


# Files of whoever loads it ------------------------------------------------------------------------

for _class in ("StringLookup", "IntegerLookup", "TextVectorization"):  # CVE-2025-12058
    for _what in ("file", "address"):

        @hostile(f"read: the vocabulary of a {_class} from a {_what}")
        def _vocabulary(path: Path, canary: Path, name: str = _class, what: str = _what) -> None:
            source = str(canary) if what == "file" else "https://127.0.0.1:9/vocabulary.txt"
            with_config(path, functional(layer(name, vocabulary=source)))


@hostile("read: weights behind an external link")
def _external_link(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights["layers/dense/vars"] = h5py.ExternalLink(str(canary), "/")

    with_weights(path, fill, whole=False)


@hostile("read: weights behind a soft link")
def _soft_link(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights["layers/dense/more"] = h5py.SoftLink("/layers/dense/vars")

    with_weights(path, fill)


@hostile("read: weights that lie in another file")  # CVE-2026-1669
def _external(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights.create_dataset(
            "layers/dense/vars/0", (4, 2), "float32", external=[(str(canary), 0, 32)]
        )

    with_weights(path, fill, whole=False)


@hostile("read: weights made up of other files")
def _virtual(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        layout = h5py.VirtualLayout((4, 2), "float32")
        layout[:] = h5py.VirtualSource(str(canary), "secret", (4, 2))
        weights.create_virtual_dataset("layers/dense/vars/0", layout)

    with_weights(path, fill, whole=False)


# Memory -------------------------------------------------------------------------------------------


@hostile("weights: a shape of 40 GB with nothing behind it")  # CVE-2026-0897
def _shape_bomb(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights.create_dataset("big", (10**10,), "float32", chunks=(10**6,), compression="gzip")

    with_weights(path, fill)


@hostile("weights: zeros packed a thousandfold")
def _packed(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights.create_dataset("big", data=np.zeros(10**7, "float32"), compression="gzip")

    with_weights(path, fill)


@hostile("weights: an array that was never written")
def _unwritten(path: Path, canary: Path) -> None:
    with_weights(path, lambda weights: weights.create_dataset("big", (10**9,), "float32"))


@hostile("weights: a filter that HDF5 would look for in folders")
def _filter(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((2,))
        plan.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
        h5py.h5d.create(weights.id, b"big", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple((2,)), plan)

    with_weights(path, fill)


@hostile("weights: references to objects")
def _references(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights.create_dataset("big", data=[weights.ref] * 3, dtype=h5py.ref_dtype)

    with_weights(path, fill)


@hostile("weights: texts of any length")
def _texts(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights.create_dataset("big", data=["x" * 1000] * 3, dtype=h5py.string_dtype())

    with_weights(path, fill)


@hostile("weights: a type among the arrays")
def _type(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights["big"] = np.dtype("float32")

    with_weights(path, fill)


@hostile("weights: a number of a megabyte")
def _wide(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights.create_dataset("big", data=np.zeros(2, "V1000000"))

    with_weights(path, fill)


@hostile("weights: a group that contains itself")
def _cycle(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights["layers/again"] = weights["/"]

    with_weights(path, fill)


@hostile("weights: 200,000 groups")
def _groups(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        group = weights.create_group("many", track_order=False)
        first = group.create_group("0")
        for k in range(1, 200_000):
            h5py.h5l.LinkProxy.create_hard(group.id.links, str(k).encode(), first.id, b".")

    with_weights(path, fill)


@hostile("weights: groups 1,000 deep")
def _deep_groups(path: Path, canary: Path) -> None:
    with_weights(path, lambda weights: weights.create_group("/".join("x" * 1000)))


@hostile("weights: a note of half a megabyte")
def _note(path: Path, canary: Path) -> None:
    def fill(weights: Any) -> None:
        weights.attrs["name"] = np.zeros(6000, "int64")

    with_weights(path, fill)


@hostile("weights: not HDF5", FileTruncated)
def _garbage(path: Path, canary: Path) -> None:
    write(path, {**sound(), "model.weights.h5": pickle.dumps(list(range(1000)))})


for _class, _config in {
    "Dense": {"units": 10**12},
    "Embedding": {"input_dim": 10**9, "output_dim": 10**6},
    "LSTM": {"units": 10**6},
}.items():

    @hostile(f"memory: a {_class} of more weights than are stored")
    def _declared(path: Path, canary: Path, name: str = _class, config: Any = _config) -> None:
        shape = [None, 4, 4] if name == "LSTM" else [None, 4]
        model = functional(layer(name, **config))
        model["config"]["layers"][0]["config"]["batch_shape"] = shape
        with_config(path, model)


@hostile("memory: a state for 100 million examples")
def _state(path: Path, canary: Path) -> None:
    model = functional(layer("LSTM", units=2, stateful=True))
    model["config"]["layers"][0]["config"]["batch_shape"] = [10**8, 4, 4]
    with_config(path, model)


@hostile("memory: a type of NumPy that is two gigabytes wide")
def _numpy(path: Path, canary: Path) -> None:
    wide = {"class_name": "__numpy__", "config": {"value": [1], "dtype": "U500000000"}}
    add = thing("keras.src.ops.numpy", "Add", "Add", name="dense")
    nodes = [{"args": [tensor("x", 4), wide], "kwargs": {}}]
    with_config(path, functional(add, nodes=nodes))


for _class, _config in {
    "StringLookup": {"num_oov_indices": 10**9},
    "TextVectorization": {"ngrams": 10**9},
}.items():

    @hostile(f"memory: a list of a billion in {_class}")
    def _listed(path: Path, canary: Path, name: str = _class, config: Any = _config) -> None:
        with_config(path, functional(layer(name, **config)))


for _class, _config in {
    "AUC": {"num_thresholds": 10**9},
    "MeanIoU": {"num_classes": 10**9},
}.items():

    @hostile(f"memory: a list of a billion in the metric {_class}")
    def _metric(path: Path, canary: Path, name: str = _class, config: Any = _config) -> None:
        with_config(path, compiled(metrics=[thing("keras.metrics", name, **config)]))


@hostile("memory: a metric of a hundred million numbers")
def _metric_size(path: Path, canary: Path) -> None:
    metric = thing("keras.metrics", "MeanIoU", num_classes=10_000, name="iou")
    with_config(path, compiled(metrics=[metric]))
