"""The model pack: graph, encoded weights, manifest, golden example, metrics."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ..data.taxonomy import DOMAINS, NO_LESION, SIZE, TASK
from ..evaluation.calibration import Calibration
from ..evaluation.domain_calibration import DomainCalibration
from ..networks import network
from . import bank, encoding, listing, signing
from .fold import fold
from .golden import network_example
from .graph import Graph

LARGEST = 3_000_000
"""Bytes that the whole pack may have."""


@dataclass(frozen=True)
class Weights:
    """Entries of model.json and weights.bin."""

    specs: list[dict[str, Any]]
    data: bytes

    def decoded(self) -> dict[str, NDArray[Any]]:
        """Weights by name, as the app decodes them."""
        return {
            s["name"]: encoding.decode(s, self.data[s["offset"] : s["offset"] + s["bytes"]])
            for s in self.specs
        }

    def with_values(self, values: Mapping[str, NDArray[Any]]) -> Weights:
        """The same weights with some of other values, encoded as before."""
        data = bytearray(self.data)
        for spec in self.specs:
            if spec["name"] in values:
                found = encoding.encode(spec["name"], values[spec["name"]], spec["encoding"])
                data[spec["offset"] : spec["offset"] + spec["bytes"]] = found.data
        return Weights(self.specs, bytes(data))


def encode_weights(
    graph: Graph, layers: Collection[str], scales: Mapping[str, NDArray[np.float32]]
) -> Weights:
    """Encodes a graph's weights; `scales` by layer, for kernels that lie on a grid already."""

    def scale(name: str, array: NDArray[Any]) -> NDArray[np.float32] | None:
        layer = layer_of(name, layers)
        return scales.get(layer) if layer and array.ndim > 1 else None

    return Weights(
        *encoding.join(
            encoding.encode(
                name, array, encoding.choose(array.shape, array.dtype), scale(name, array)
            )
            for name, array in graph.weights.items()
        )
    )


def layer_of(name: str, layers: Collection[str]) -> str | None:
    """The layer that a graph's weight comes from, by its name; None if it is of no layer.

    The converter keeps Keras' layer names, with a number where they were traced before.
    """
    for part in name.split("/"):
        for candidate in (part, part.rpartition("_")[0]):
            if candidate in layers:
                return candidate
    return None


def with_weights(folded: keras.Model, weights: Mapping[str, NDArray[Any]]) -> keras.Model:
    """A copy of the folded network that computes with a pack's decoded weights.

    Raises ValueError for a kernel that the pack does not have. A bias may be missing: the
    converter leaves out one that is zero.
    """
    copy = keras.models.clone_model(folded)
    copy.set_weights(folded.get_weights())
    owners = {layer.name: layer for layer in copy.layers if layer.get_weights()}
    kernels = set()
    for name, value in weights.items():
        if value.dtype == np.float32 and (owner := layer_of(name, owners)):
            kernel, bias = owners[owner].get_weights()
            # The converter gives the bias of a single channel four axes.
            is_kernel = value.shape == kernel.shape
            owners[owner].set_weights(
                [value, bias] if is_kernel else [kernel, value.reshape(bias.shape)]
            )
            kernels |= {owner} if is_kernel else set()
    if missing := sorted(set(owners) - kernels):
        raise ValueError(f"the pack has no weights of {', '.join(missing)}")
    return copy


def read_pack(folder: Path) -> tuple[dict[str, Any], Weights]:
    """Manifest and weights of a pack. Raises ValueError where a file is not what it should be."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for file in manifest["files"]:
        data = (folder / file["path"]).read_bytes()
        if len(data) != file["bytes"] or hashlib.sha256(data).hexdigest() != file["sha256"]:
            raise ValueError(f"{file['path']} is damaged")
    (group,) = json.loads((folder / "model.json").read_text())["weightsManifest"]
    data = b"".join((folder / path).read_bytes() for path in group["paths"])
    return manifest, Weights(group["weights"], data)


def model_json(graph: Graph, weights: Weights) -> dict[str, Any]:
    """model.json; what only the converter's own tools read is left out."""
    nodes = []
    for node in graph.artefact["modelTopology"]["node"]:
        attributes = {k: v for k, v in node.get("attr", {}).items() if not k.startswith("_")}
        nodes.append({k: v for k, v in node.items() if k != "device"} | {"attr": attributes})
    topology = {**graph.artefact["modelTopology"], "node": nodes}
    return {
        **graph.artefact,
        "modelTopology": topology,
        "weightsManifest": [{"paths": ["weights.bin"], "weights": weights.specs}],
    }


def write_pack(
    folder: Path,
    graph: Graph,
    weights: Weights,
    example: Mapping[str, Any],
    metrics: Mapping[str, Any],
    calibration: Calibration,
    by_domain: DomainCalibration,
    *,
    version: str,
    created: str,
    summary: str,
) -> int:
    """Writes the pack and returns its bytes. Raises ValueError if it is larger than allowed."""
    files = {
        "model.json": _compact(model_json(graph, weights)),
        "weights.bin": weights.data,
        "golden.json": _compact(example),
        "metrics.json": _compact(metrics),
    }
    manifest = {
        "format": 2,
        "id": TASK.id,
        "name": TASK.name,
        "version": version,
        "created": created,
        "minimumAppVersion": "0.1.0",
        "licence": TASK.licence,
        "provenance": {
            "architecture": f"MobileNetV2 1.0, {SIZE}x{SIZE}",
            "summary": summary,
            "dataSets": list(TASK.credits),
        },
        **TASK.manifest,
        "input": {
            "width": SIZE,
            "height": SIZE,
            "channels": 3,
            "range": [-1, 1],
            "resampling": "lentigo-area-1",
            "crop": "centre-square",
        },
        "outputs": graph.outputs,
        "classes": [c.manifest() for c in TASK.conditions],
        "domains": list(DOMAINS),
        "refused": NO_LESION,
        "calibration": calibration.manifest(),
        **by_domain.manifest(),
        "files": [{"path": name, **_listed(data)} for name, data in files.items()],
    }
    size = sum(len(data) for data in (*files.values(), _readable(manifest)))
    if size > LARGEST:
        raise ValueError(f"the pack has {size} bytes, {LARGEST} are allowed")
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    _write_manifest(folder, manifest)
    return size


def write_bank(folder: Path, found: bank.Bank) -> int:
    """Puts a bank beside a pack and into its manifest; returns the bank's bytes."""
    manifest, _ = read_pack(folder)
    files = manifest.pop("files")
    data = found.encoded()
    manifest |= {"bank": found.listed(), "files": files}
    (folder / bank.NAME).write_bytes(data)
    _write_manifest(folder, manifest)
    return len(data)


def replace_head(
    folder: Path,
    weights: Weights,
    metrics: Mapping[str, Any],
    parts: Mapping[str, Any],
    version: str,
    created: str,
) -> None:
    """Writes weights of the same form, the golden example that follows from them, metrics and some
    `parts` of the manifest into a pack of this process' task."""
    manifest, _ = read_pack(folder)
    computed = with_weights(fold(network.build(None)), weights.decoded())
    written = {
        "weights.bin": weights.data,
        "golden.json": _compact(network_example(computed)),
        "metrics.json": _compact(metrics),
    }
    for name, data in written.items():
        (folder / name).write_bytes(data)
    files = [
        {**file, **_listed(written[file["path"]])} if file["path"] in written else file
        for file in manifest["files"]
    ]
    changed = {**manifest, **parts, "version": version, "created": created, "files": files}
    _write_manifest(folder, changed)


def replace_metrics(folder: Path, metrics: Mapping[str, Any]) -> None:
    """Writes new metrics.json into a pack and its hash into the manifest."""
    manifest, _ = read_pack(folder)
    data = _compact(metrics)
    for file in manifest["files"]:
        if file["path"] == "metrics.json":
            file |= _listed(data)
    (folder / "metrics.json").write_bytes(data)
    _write_manifest(folder, manifest)


def replace_calibration(
    folder: Path, calibration: Calibration, by_domain: DomainCalibration, version: str, created: str
) -> None:
    """Writes another calibration and version into a pack's manifest, all else untouched."""
    manifest, _ = read_pack(folder)
    files = manifest.pop("files")
    manifest |= {"version": version, "created": created, "calibration": calibration.manifest()}
    manifest |= {**by_domain.manifest(), "files": files}
    _write_manifest(folder, manifest)


def _write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Writes it with its signature, and the list of packs where the folder has one."""
    (folder / "manifest.json").write_bytes(_readable(manifest))
    signing.sign(folder)
    if folder.parent.name == listing.FOLDER:
        listing.write_index(folder.parent)


def _listed(data: bytes) -> dict[str, Any]:
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _readable(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode()


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
