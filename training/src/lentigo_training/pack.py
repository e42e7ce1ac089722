"""The model pack: graph, encoded weights, manifest, golden example, metrics."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from . import encoding, golden
from .calibration import Calibration
from .graph import Graph
from .taxonomy import DOMAINS, LESION_CLASSES

LARGEST = 3_000_000
"""Bytes that the whole pack may have."""

DATA_SETS = (
    {
        "name": "HAM10000",
        "citation": "Tschandl, Rosendahl & Kittler, Sci. Data 5, 180161 (2018)",
        "licence": "CC BY-NC 4.0",
    },
    {
        "name": "ISIC 2018 Task 1",
        "citation": "Codella et al., arXiv:1902.03368 (2019)",
        "licence": "CC-0 or CC BY-NC, by picture",
    },
    {
        "name": "ISIC 2019 (BCN20000, MSK)",
        "citation": "Hernández-Pérez et al., Sci. Data 11, 641 (2024); "
        "Codella et al., arXiv:1710.05006 (2017)",
        "licence": "CC BY-NC 4.0",
    },
    {
        "name": "PAD-UFES-20",
        "citation": "Pacheco et al., Data in Brief 32, 106221 (2020)",
        "licence": "CC BY 4.0",
    },
    {
        "name": "ImageNet (one picture a class; pre-training)",
        "citation": "Russakovsky et al., IJCV 115, 211 (2015)",
        "licence": "research only",
    },
)


def encode_weights(graph: Graph) -> tuple[list[dict[str, Any]], bytes]:
    """Entries of model.json and weights.bin of a converted graph."""
    return encoding.join(
        encoding.encode(name, array, encoding.choose(array.shape, array.dtype))
        for name, array in graph.weights.items()
    )


def decode_weights(specs: list[dict[str, Any]], data: bytes) -> dict[str, NDArray[Any]]:
    """Weights by name, as the app decodes them."""
    return {
        spec["name"]: encoding.decode(spec, data[spec["offset"] : spec["offset"] + spec["bytes"]])
        for spec in specs
    }


def with_decoded_weights(
    folded: keras.Model, graph: Graph, decoded: Mapping[str, NDArray[Any]]
) -> keras.Model:
    """A copy of the folded network that computes with the pack's decoded weights.

    A graph weight and a Keras variable belong together where they are equal, bit for bit. Raises
    ValueError for a kernel that is not in the graph.
    """
    by_value = {(a.shape, a.tobytes()): decoded[name] for name, a in graph.weights.items()}
    copy = keras.models.clone_model(folded)
    for source, target in zip(folded.weights, copy.weights, strict=True):
        value = np.asarray(keras.ops.convert_to_numpy(source), np.float32)
        found = by_value.get((value.shape, value.tobytes()))
        if found is None and value.ndim > 1:
            raise ValueError(f"{source.path} is not in the converted graph")
        target.assign(value if found is None else found)
    return copy


def model_json(graph: Graph, specs: list[dict[str, Any]]) -> dict[str, Any]:
    """model.json; what only the converter's own tools read is left out."""
    nodes = []
    for node in graph.artefact["modelTopology"]["node"]:
        attributes = {k: v for k, v in node.get("attr", {}).items() if not k.startswith("_")}
        nodes.append({k: v for k, v in node.items() if k != "device"} | {"attr": attributes})
    topology = {**graph.artefact["modelTopology"], "node": nodes}
    return {
        **graph.artefact,
        "modelTopology": topology,
        "weightsManifest": [{"paths": ["weights.bin"], "weights": specs}],
    }


def write_pack(
    folder: Path,
    graph: Graph,
    example: Mapping[str, Any],
    metrics: Mapping[str, Any],
    calibration: Calibration,
    *,
    version: str,
    created: str,
    summary: str,
) -> int:
    """Writes the pack and returns its bytes. Raises ValueError if it is larger than allowed."""
    specs, blob = encode_weights(graph)
    files = {
        "model.json": _compact(model_json(graph, specs)),
        "weights.bin": blob,
        "golden.json": _compact(example),
        "metrics.json": _compact(metrics),
    }
    manifest = {
        "format": 1,
        "id": "lentigo-skin-lesions",
        "name": "Lentigo skin lesions",
        "version": version,
        "created": created,
        "minimumAppVersion": "0.1.0",
        "licence": {
            "name": "CC BY-NC 4.0",
            "url": "https://creativecommons.org/licenses/by-nc/4.0/",
            "note": "Made from pictures that may not be used commercially.",
        },
        "provenance": {
            "architecture": "MobileNetV2 1.0, 224x224",
            "summary": summary,
            "dataSets": list(DATA_SETS),
        },
        "input": {
            "width": golden.SIZE,
            "height": golden.SIZE,
            "channels": 3,
            "range": [-1, 1],
            "resampling": "lentigo-area-1",
            "crop": "centre-square",
        },
        "outputs": graph.outputs,
        "classes": [{**asdict(c), "advice": c.kind} for c in LESION_CLASSES],
        "domains": list(DOMAINS),
        "calibration": calibration.manifest(),
        "files": [
            {"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
            for name, data in files.items()
        ],
    }
    files["manifest.json"] = (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()
    size = sum(len(data) for data in files.values())
    if size > LARGEST:
        raise ValueError(f"the pack has {size} bytes, {LARGEST} are allowed")
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return size


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
