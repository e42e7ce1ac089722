"""A model pack as ONNX and as LiteRT (.tflite), float32, for other runtimes to run the same weights.

    python bench/convert.py public/model OUT
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
import tf2onnx

sys.path.insert(0, str(Path(__file__).parents[1] / "training" / "src"))
from lentigo_training.packing.encoding import decode  # noqa: E402

Node = dict[str, Any]


def read_weights(pack: Path, artefact: dict[str, Any]) -> dict[str, np.ndarray]:
    """The decoded weights by node name."""
    data = (pack / "weights.bin").read_bytes()
    return {
        spec["name"]: decode(spec, data[spec["offset"] : spec["offset"] + spec["bytes"]])
        for spec in artefact["weightsManifest"][0]["weights"]
    }


def fused(node: Node, value: tf.Tensor, inputs: list[tf.Tensor]) -> tf.Tensor:
    """What the converter fused into a convolution or a product: a bias, an activation."""
    attr = node["attr"]
    for name in (base64.b64decode(s).decode() for s in attr["fused_ops"]["list"]["s"]):
        match name:
            case "BiasAdd":
                value = tf.nn.bias_add(value, inputs[2])
            case "Relu6":
                value = tf.nn.relu6(value)
            case _:
                raise ValueError(f"{node['name']}: fused {name}")
    return value


def apply(node: Node, inputs: list[tf.Tensor]) -> tf.Tensor:
    """One node of the graph in TensorFlow's own operations."""
    attr = node["attr"]
    match node["op"]:
        case "_FusedConv2D" | "FusedDepthwiseConv2dNative" as op:
            strides = [int(i) for i in attr["strides"]["list"]["i"]]
            padding = base64.b64decode(attr["padding"]["s"]).decode()
            convolve = tf.nn.conv2d if op == "_FusedConv2D" else tf.nn.depthwise_conv2d
            return fused(node, convolve(inputs[0], inputs[1], strides, padding), inputs)
        case "_FusedMatMul":
            return fused(node, tf.linalg.matmul(inputs[0], inputs[1]), inputs)
        case "AddV2":
            return inputs[0] + inputs[1]
        case "Pad":
            return tf.pad(inputs[0], inputs[1])
        case "Mean":
            return tf.reduce_mean(inputs[0], inputs[1], keepdims=attr["keep_dims"]["b"])
        case "Identity":
            return inputs[0]
        case op:
            raise ValueError(f"{node['name']}: no such operation here: {op}")


def network(pack: Path) -> Any:
    """The pack's graph as a function of a picture (1, 224, 224, 3) that gives the logits (1, n)."""
    artefact = json.loads((pack / "model.json").read_text())
    output = json.loads((pack / "manifest.json").read_text())["outputs"]["logits"]
    nodes = {node["name"]: node for node in artefact["modelTopology"]["node"]}
    weights = read_weights(pack, artefact)

    @tf.function(
        input_signature=[tf.TensorSpec((1, 224, 224, 3), tf.float32, name="picture")],
        autograph=False,
    )
    def logits(picture: tf.Tensor) -> tf.Tensor:
        values: dict[str, tf.Tensor] = {}

        def value(name: str) -> tf.Tensor:
            name = name.split(":")[0]
            if name not in values:
                node = nodes[name]
                if node["op"] == "Placeholder":
                    values[name] = picture
                elif node["op"] == "Const":
                    values[name] = tf.constant(weights[name])
                else:
                    values[name] = apply(node, [value(each) for each in node["input"]])
            return values[name]

        return tf.identity(value(output), name="logits")

    return logits


def main() -> None:
    pack, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    logits = network(pack)
    tf2onnx.convert.from_function(
        logits,
        input_signature=logits.input_signature,
        opset=17,
        output_path=str(out / "model.onnx"),
    )
    concrete = logits.get_concrete_function()
    converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete])
    (out / "model.tflite").write_bytes(converter.convert())


if __name__ == "__main__":
    main()
