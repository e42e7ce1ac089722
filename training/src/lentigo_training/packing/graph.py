"""Keras to a tfjs graph model, by the official converter."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

NOT_NEEDED = (
    "jax",
    "jax.experimental",
    "jax.experimental.jax2tf",
    "tensorflow_decision_forests",
    "tensorflow_hub",
)
OUTPUTS = ("logits", "gate", "embedding", "features", "outline")


@dataclass(frozen=True)
class Graph:
    """A converted graph: model.json without its weights, the weights by name, output nodes."""

    artefact: dict[str, Any]
    weights: dict[str, NDArray[Any]]
    outputs: dict[str, str]

    @property
    def operations(self) -> list[str]:
        """The kind of every node."""
        return [node["op"] for node in self.artefact["modelTopology"]["node"]]


def convert(folded: keras.Model) -> Graph:
    """Converts a network without batch norm; needs the TensorFlow backend."""
    import tensorflow as tf

    names = [name for name in OUTPUTS if name in folded.output]
    shape = (None, *folded.input.shape[1:])

    @tf.function(input_signature=[tf.TensorSpec(shape, tf.float32, name="picture")])  # type: ignore[untyped-decorator]
    def serve(picture: Any) -> dict[str, Any]:
        outputs = folded(picture, training=False)
        return {name: outputs[name] for name in names}

    module = tf.Module()
    module.network, module.serve = folded, serve
    with tempfile.TemporaryDirectory() as temporary:
        saved, made = Path(temporary, "saved"), Path(temporary, "made")
        tf.saved_model.save(module, str(saved), signatures={"serving_default": serve})
        with _converter() as converter:
            converter.convert_tf_saved_model(str(saved), str(made))
        artefact = json.loads((made / "model.json").read_text())
        weights = _read_weights(made, artefact.pop("weightsManifest"))
    _flatten_biases(artefact["modelTopology"]["node"], weights)
    # TensorFlow numbers the outputs by the order of their names. The converter's signature does not
    # tell two of one shape apart.
    nodes = {node["name"] for node in artefact["modelTopology"]["node"]}
    outputs = {
        name: f"Identity_{place}" if place else "Identity"
        for place, name in enumerate(sorted(names))
    }
    if missing := set(outputs.values()) - nodes:
        raise ValueError(f"the graph has no output {min(missing)}")
    return Graph(artefact, weights, outputs)


def _flatten_biases(nodes: list[dict[str, Any]], weights: dict[str, NDArray[Any]]) -> None:
    """Gives every bias one axis: tfjs on WASM refuses the four that a single channel's gets."""
    constants = {node["name"]: node for node in nodes if node["op"] == "Const"}
    for node in nodes:
        if node["op"] not in ("_FusedConv2D", "FusedDepthwiseConv2dNative"):
            continue
        for name in node["input"][2:]:
            weights[name] = weights[name].reshape(-1)
            shape = constants[name]["attr"]["value"]["tensor"]["tensorShape"]
            shape["dim"] = [{"size": str(weights[name].size)}]


def _read_weights(folder: Path, manifest: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    weights = {}
    for group in manifest:
        data = b"".join((folder / path).read_bytes() for path in group["paths"])
        offset = 0
        for spec in group["weights"]:
            dtype = np.dtype(spec["dtype"])
            count = int(np.prod(spec["shape"], dtype=np.int64))
            array = np.frombuffer(data, dtype, count, offset).reshape(spec["shape"])
            offset += array.nbytes
            weights[spec["name"]] = array
    return weights


@contextlib.contextmanager
def _converter() -> Iterator[Any]:
    """The converter's module for SavedModels.

    tensorflowjs 4.22.0 imports packages at its top that only other kinds of model need, and breaks
    without them. Empty stand-ins let it load.
    """
    stand_ins = []
    for name in NOT_NEEDED:
        if name not in sys.modules:
            sys.modules[name] = types.ModuleType(name)
            stand_ins.append(name)
    for name in stand_ins:
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, sys.modules[name])
    try:
        from tensorflowjs.converters import tf_saved_model_conversion_v2

        yield tf_saved_model_conversion_v2
    finally:
        for name in stand_ins:
            del sys.modules[name]
