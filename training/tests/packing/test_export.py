"""Folding, rounding, conversion, and the pack that is shipped."""

from __future__ import annotations

import base64
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from scipy.special import softmax

from lentigo_training.data.resample import network_input
from lentigo_training.data.taxonomy import LESION_DOMAINS
from lentigo_training.evaluation.calibration import Calibration
from lentigo_training.evaluation.domain_calibration import MODES, DomainCalibration, Reading
from lentigo_training.evaluation.operating_points import OperatingPoint
from lentigo_training.evaluation.priors import domain_priors
from lentigo_training.networks import network
from lentigo_training.packing import bank, golden, pack
from lentigo_training.packing.export import convert_and_round
from lentigo_training.packing.fold import fold
from lentigo_training.packing.graph import convert
from lentigo_training.packing.rounding import gptq

from ..conftest import REPOSITORY, made_picture

SHIPPED = REPOSITORY / "public" / "model"


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """The network with random weights and norm statistics that are not the initial ones."""
    keras.utils.set_random_seed(1)
    model = network.build(None)
    rng = np.random.default_rng(2)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            jitter = rng.uniform(0.7, 1.4, (2, len(gamma)))
            layer.set_weights(
                [gamma * jitter[0], beta + 0.1, mean + 0.05, variance * jitter[1] * 0.3]
            )
    return model


@pytest.fixture(scope="module")
def inputs() -> np.ndarray:
    return np.stack([network_input(made_picture(i, 90, 120)) for i in range(3)])


def test_folding_keeps_the_function(model: keras.Model, inputs: np.ndarray) -> None:
    folded = fold(model)
    assert not [x for x in folded.layers if isinstance(x, keras.layers.BatchNormalization)]
    before, after = model.predict_on_batch(inputs), folded.predict_on_batch(inputs)
    for name, value in before.items():
        assert np.allclose(value, after[name], atol=1e-3 * np.abs(value).max()), name


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the converter is TensorFlow's")
def test_pack_of_a_network(model: keras.Model, inputs: np.ndarray, tmp_path: Path) -> None:
    converted = convert_and_round(model)
    kinds = Counter(converted.graph.operations)
    assert kinds["_FusedConv2D"] == 35
    assert kinds["FusedDepthwiseConv2dNative"] == 17
    assert not {"FusedBatchNormV3", "Relu6", "BiasAdd", "Conv2D"} & set(kinds)
    exact = softmax(model.predict_on_batch(inputs)["logits"], axis=1)
    near = softmax(converted.network.predict_on_batch(inputs)["logits"], axis=1)
    assert np.abs(exact - near).mean() < 0.02

    calibration = Calibration(
        {"dermatoscope": 1.1, "phone": 1.2}, 0.1, (OperatingPoint("screening", 0.2, 0.95),), 0.5
    )
    reading = Reading(1.1, 0.1, calibration.operating_points)
    by_domain = DomainCalibration(
        domain_priors([]), {m: {d: reading for d in LESION_DOMAINS} for m in MODES}
    )
    size = pack.write_pack(
        tmp_path,
        converted.graph,
        converted.weights,
        golden.network_example(converted.network),
        {"generated": "2026-01-01", "figures": [], "confusion": [], "history": [], "notes": []},
        calibration,
        by_domain,
        version="0.0.1",
        created="2026-01-01",
        summary="random weights",
    )
    assert size == sum(f.stat().st_size for f in tmp_path.iterdir())
    check_pack(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert set(manifest["priors"]) == {"domains", "settings"}
    assert manifest["domainCalibration"]["phone"]["eightViews"]["temperature"] == 1.1
    other = replace(calibration, set_threshold=0.3)
    pack.replace_calibration(tmp_path, other, by_domain, "0.0.2", "2026-01-02")
    check_pack(tmp_path)
    changed = json.loads((tmp_path / "manifest.json").read_text())
    assert changed["calibration"]["predictionSet"]["threshold"] == 0.3
    same = manifest.keys() - {"version", "created", "calibration"}
    assert {k: changed[k] for k in same} == {k: manifest[k] for k in same}
    pack.replace_metrics(tmp_path, {"figures": [1]})
    assert json.loads((tmp_path / "metrics.json").read_text()) == {"figures": [1]}
    check_pack(tmp_path)
    entries = np.zeros(2, np.uint8)
    held = bank.Bank(np.eye(2, 1280, dtype=np.float32), entries, entries, np.array([True, False]))
    assert pack.write_bank(tmp_path, held) == (tmp_path / "bank.bin").stat().st_size
    check_pack(tmp_path)
    pack.replace_calibration(tmp_path, other, by_domain, "0.0.3", "2026-01-03")
    kept = bank.read(tmp_path, json.loads((tmp_path / "manifest.json").read_text()))
    assert np.allclose(kept.embeddings, held.embeddings, atol=1e-6)
    (tmp_path / "golden.json").write_bytes(b"{}")
    with pytest.raises(ValueError, match=r"golden\.json is damaged"):
        pack.read_pack(tmp_path)


def test_the_shipped_pack() -> None:
    check_pack(SHIPPED)


def check_pack(folder: Path) -> None:
    """A pack is whole, small, and its weights alone give its golden outputs."""
    manifest, weights = pack.read_pack(folder)
    beside = {"manifest.json", bank.NAME}
    of_pack = [f for f in folder.iterdir() if f.name != bank.NAME]
    assert sum(f.stat().st_size for f in of_pack) < 3_000_000
    assert {f["path"] for f in manifest["files"]} == {p.name for p in folder.iterdir()} - beside
    assert {s["encoding"] for s in weights.specs} == {"int8", "float16", "float32", "int32"}
    assert all(s["offset"] % 4 == 0 for s in weights.specs)
    topology = json.loads((folder / "model.json").read_text())["modelTopology"]
    nodes = {node["name"] for node in topology["node"]}
    assert set(manifest["outputs"].values()) <= nodes
    sources = {node["name"]: node.get("input", [""])[0] for node in topology["node"]}
    for name in ("logits", "gate"):
        assert re.search(rf"/{name}(_\d+)?/", sources[manifest["outputs"][name]])
    assert {s["name"] for s in weights.specs} <= nodes

    example = json.loads((folder / "golden.json").read_text())
    side = example["input"]["side"]
    data = np.frombuffer(base64.b64decode(example["input"]["rgb"]), np.uint8)
    # A bias that the pack lacks is zero; everything else must come from the pack.
    empty = fold(network.build(None))
    empty.set_weights([np.zeros_like(w) for w in empty.get_weights()])
    restored = pack.with_weights(empty, weights.decoded())
    outputs = restored.predict_on_batch(network_input(data.reshape(side, side, 3))[None])
    expected = example["expected"]
    for name in ("logits", "gate"):
        assert np.allclose(outputs[name][0], expected[name], atol=1e-3), name
    assert np.allclose(outputs["embedding"][0][:64], expected["embedding"], atol=1e-3)


def test_a_pack_without_a_kernel_is_refused(model: keras.Model) -> None:
    with pytest.raises(ValueError, match="no weights of Conv1"):
        pack.with_weights(fold(model), {})


def test_fitted_rounding_beats_rounding_to_the_nearest_step() -> None:
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(32, 32))
    x = np.maximum(rng.normal(size=(2000, 32)) @ mixing, 0).astype(np.float32)
    kernel = (rng.normal(size=(32, 16)) * rng.lognormal(size=16)).astype(np.float32)
    rounded, scale = gptq(kernel, x)
    steps = rounded / scale
    assert np.allclose(steps, np.rint(steps), atol=1e-3)
    assert np.abs(steps).max() <= 127.001
    nearest = np.clip(np.rint(kernel / scale), -127, 127) * scale

    def error(other: np.ndarray) -> float:
        return float(((x @ other - x @ kernel) ** 2).mean())

    assert error(rounded) < 0.8 * error(nearest)


def test_every_bias_of_the_graph_has_one_axis() -> None:
    """The converter gives that of a single channel four, which tfjs refuses on WASM."""
    inputs = keras.Input((224, 224, 3), name="picture")
    features = keras.layers.Conv2D(4, 3, strides=8, bias_initializer="ones", name="Conv1")(inputs)
    outline = keras.layers.Conv2D(1, 3, bias_initializer="ones", name="outline")(features)
    graph = convert(keras.Model(inputs, {"features": features, "outline": outline}))
    assert sorted(w.ndim for w in graph.weights.values() if w.size in (1, 4)) == [1, 1]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="the converter is TensorFlow's")
def test_outputs_of_one_shape_are_told_apart() -> None:
    """A task with as many conditions as domains: the converter names outputs by their shape."""
    inputs = keras.Input((32, 32, 3), name="picture")
    embedding = keras.layers.GlobalAveragePooling2D(name="embedding")(inputs)
    heads = {name: keras.layers.Dense(2, name=name)(embedding) for name in ("logits", "gate")}
    graph = convert(keras.Model(inputs, heads | {"embedding": embedding}))
    nodes = {node["name"]: node for node in graph.artefact["modelTopology"]["node"]}
    for name in heads:
        (source,) = nodes[graph.outputs[name]]["input"]
        assert re.search(rf"/{name}(_\d+)?/", source)
