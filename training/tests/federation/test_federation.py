"""Head updates: what is read, how they are merged, and what comes of a pack."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lentigo_training.federation import aggregate, merge, noise
from lentigo_training.federation.update import KIND, PREFIX, Layer, Update, read
from lentigo_training.packing import bank, pack

from ..conftest import REPOSITORY
from ..packing.test_export import check_pack
from ..packing.test_signing import PUBLIC

SHIPPED = REPOSITORY / "public" / "model"
MANIFEST = json.loads((SHIPPED / "manifest.json").read_text())
CODES = [c["code"] for c in MANIFEST["classes"]]


@pytest.fixture(scope="module")
def shipped() -> Layer:
    _, weights = pack.read_pack(SHIPPED)
    return merge.layer_of(weights)


def text(values: np.ndarray) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def inner(layer: Layer, lesions: int = 40, **more: Any) -> dict[str, Any]:
    """What an update says."""
    return {
        "pack": {"id": MANIFEST["id"], "version": MANIFEST["version"]},
        "classes": CODES,
        "day": "2026-01-01",
        "kernel": text(layer.kernel),
        "bias": text(layer.bias),
        "calibration": {
            "temperature": {"dermatoscope": 1.1, "phone": 1},
            "predictionSet": 0.9,
            "alertLevels": {"screening": 0.8},
        },
        "cases": {"mel": lesions, "nv": 10},
        "figures": {},
        **more,
    }


def written(path: Path, update: dict[str, Any], key: Ed25519PrivateKey | None = None) -> Path:
    said = json.dumps(update)
    outer: dict[str, Any] = {"format": 1, "kind": KIND, "update": said}
    if key:
        outer["signature"] = {
            "algorithm": "ed25519",
            "publicKey": key.public_key().public_bytes_raw().hex(),
            "signature": key.sign(PREFIX + said.encode()).hex(),
        }
    path.write_text(json.dumps(outer))
    return path


def moved(layer: Layer, by: float, seed: int = 0) -> Layer:
    rng = np.random.default_rng(seed)
    values = layer.flat() + by * rng.normal(size=len(layer.flat()))
    return Layer.of_flat(values, len(layer.bias))


changes = st.integers(1, 9).flatmap(
    lambda count: st.lists(
        st.lists(st.floats(-1, 1), min_size=4, max_size=4), min_size=count, max_size=count
    )
)


@pytest.mark.parametrize("how", aggregate.HOW.values())
@given(rows=changes, seed=st.integers(0, 99))
def test_a_merge_lies_among_its_parts_whatever_their_order(
    how: Callable[..., np.ndarray], rows: list[list[float]], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    values, weights = np.array(rows), rng.integers(1, 100, len(rows)).astype(float)
    found = how(values, weights)
    assert (found >= values.min(axis=0) - 1e-9).all()
    assert (found <= values.max(axis=0) + 1e-9).all()
    # Equal values may come with other weights where something is cut off.
    order = rng.permutation(len(rows))
    if len(np.unique(values, axis=0)) == len(rows) and all(
        len(np.unique(column)) == len(rows) for column in values.T
    ):
        assert np.allclose(how(values[order], weights[order]), found)


def test_the_mean_counts_lesions_and_the_trimmed_mean_withstands_one_liar() -> None:
    honest = np.array([[0.9, 0.0], [1.0, 0.1], [1.1, 0.2], [1.0, 0.1]])
    assert aggregate.weighted_mean(honest[:2], np.array([3, 1])).tolist() == pytest.approx(
        [0.925, 0.025]
    )
    lying = np.vstack([honest, [[-50, 50]]])
    weights = np.array([10, 10, 10, 10, 1000])
    assert np.abs(aggregate.trimmed_mean(lying, weights) - [1, 0.1]).max() < 0.1
    assert np.abs(aggregate.weighted_mean(lying, weights) - [1, 0.1]).max() > 10
    assert aggregate.outliers(lying) == [4]
    assert aggregate.outliers(honest) == []
    assert aggregate.outliers(lying[-3:]) == []


def test_an_update_is_read_with_its_signer(tmp_path: Path, shipped: Layer) -> None:
    key = Ed25519PrivateKey.generate()
    found = read(written(tmp_path / "a.json", inner(shipped), key))
    assert found.signer == key.public_key().public_bytes_raw().hex()
    assert (found.name, found.weight, found.pack[0]) == ("a.json", 50, MANIFEST["id"])
    assert np.array_equal(found.layer.flat(), shipped.flat())
    assert read(written(tmp_path / "b.json", inner(shipped))).signer is None


def test_what_the_app_exports_is_read() -> None:
    """The file is written by a test of the app, with the same key as below."""
    found = read(Path(__file__).with_name("update.json"))
    assert found.signer == PUBLIC
    assert found.layer.kernel.tolist() == (np.arange(12).reshape(4, 3) / 8 - 0.5).tolist()
    assert found.layer.bias.tolist() == [0.25, -1.5, 3]
    assert found.cases == {"nv": 20, "mel": 13}
    assert found.factors.alert_levels == {"screening": 0.8}
    assert found.figures["corrections"]["low"] == 0.02
    assert found.noise is None
    assert found.said_noise == "no noise"
    noisy = read(Path(__file__).with_name("noisy-update.json"))
    assert noisy.noise is not None
    assert noisy.noise.clip == 0.1
    assert noisy.noise.sigma == pytest.approx(0.12005, abs=1e-5)
    assert noisy.noise.epsilon == pytest.approx(8)
    assert noisy.noise.delta == 1e-5
    assert noisy.signer == PUBLIC
    assert "epsilon 8 at delta 1e-05" in noisy.said_noise
    assert set(noisy.figures) == {"bank", "alert"}


@given(st.floats(0.1, 20), st.floats(0.1, 6))
def test_delta_is_that_of_the_definition(epsilon: float, ratio: float) -> None:
    x = np.linspace(-14, 14 + ratio, 40_000)
    one, other = (np.exp(-((x - mean) ** 2) / 2) / np.sqrt(2 * np.pi) for mean in (ratio, 0))
    expected = np.maximum(one - np.exp(epsilon) * other, 0).sum() * (x[1] - x[0])
    assert noise.delta_of(epsilon, ratio) == pytest.approx(expected, rel=1e-3, abs=1e-9)


@given(st.floats(0.5, 100), st.floats(0.01, 10), st.floats(1e-9, 0.01))
def test_an_epsilon_is_kept_by_its_noise_and_by_no_less(
    epsilon: float, clip: float, delta: float
) -> None:
    sigma = noise.sigma_for(epsilon, clip, delta)
    assert noise.Noise(clip, sigma * (1 + 1e-9), epsilon, delta).fault() is None
    assert noise.Noise(clip, 0.9 * sigma, epsilon, delta).fault()
    assert noise.Noise(1.1 * clip, sigma, epsilon, delta).fault()


def test_a_change_is_clipped_to_its_length() -> None:
    change = np.array([3.0, 4.0])
    assert noise.clipped(change, 1).tolist() == pytest.approx([0.6, 0.8])
    assert noise.clipped(change, 9).tolist() == [3.0, 4.0]
    assert noise.clipped(np.zeros(2), 1).tolist() == [0, 0]
    sent = noise.noisy(np.zeros(20_000), 1, 0.5, np.random.default_rng(1))
    assert sent.std() == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bias": text(np.zeros(3))}, "a value a class"),
        ({"kernel": text(np.full(1280 * 7, np.nan))}, "no numbers"),
        ({"kernel": "?"}, "no head update"),
        ({"cases": {}}, "learnt from nothing"),
        ({"cases": {"mel": 50, "nv": -1}}, "learnt from nothing"),
        ({"cases": {"wart": 50}}, "a condition that it does not have"),
        ({"classes": None}, "no head update"),
        (
            {"calibration": {"temperature": {}, "predictionSet": 1, "alertLevels": {"x": 1.2}}},
            "laxer",
        ),
        ({"noise": 3}, "no head update"),
        ({"noise": {"clip": 1, "sigma": 1, "epsilon": 9}}, "no head update"),
        ({"noise": {"clip": 1, "sigma": 0, "epsilon": 9, "delta": 0.1}}, "its noise is none"),
        (
            {"noise": {"clip": 1e300, "sigma": 1e-300, "epsilon": 9, "delta": 1e-5}},
            "less than it says",
        ),
        ({"noise": {"clip": 1, "sigma": 1.2, "epsilon": 7, "delta": 1e-5}}, "less than it says"),
        (
            {"calibration": {"temperature": {"a": 0}, "predictionSet": 1, "alertLevels": {}}},
            "temperature",
        ),
    ],
)
def test_what_is_no_update_is_refused(
    tmp_path: Path, shipped: Layer, change: dict[str, Any], message: str
) -> None:
    path = written(tmp_path / "a.json", inner(shipped, **change))
    with pytest.raises(ValueError, match=message):
        read(path)


def test_a_changed_update_is_refused(tmp_path: Path, shipped: Layer) -> None:
    path = written(tmp_path / "a.json", inner(shipped), Ed25519PrivateKey.generate())
    outer = json.loads(path.read_text())
    path.write_text(
        json.dumps(outer | {"update": outer["update"].replace('"mel": 40', '"mel": 41')})
    )
    with pytest.raises(ValueError, match="signature does not hold"):
        read(path)
    path.write_text("[]")
    with pytest.raises(ValueError, match="no head update"):
        read(path)


def updates(folder: Path, layers: list[Layer]) -> list[Update]:
    return [
        read(written(folder / f"{number}.json", inner(layer, 40 + number)))
        for number, layer in enumerate(layers)
    ]


def test_updates_must_fit_the_pack_and_each_other(tmp_path: Path, shipped: Layer) -> None:
    other = inner(shipped, pack={"id": MANIFEST["id"], "version": "9.9.9"})
    with pytest.raises(ValueError, match="another pack"):
        merge.fitting([read(written(tmp_path / "a.json", other))], MANIFEST, shipped)
    key = Ed25519PrivateKey.generate()
    twice = [read(written(tmp_path / f"{n}.json", inner(shipped), key)) for n in "ab"]
    merge.fitting(twice[:1], MANIFEST, shipped)
    with pytest.raises(ValueError, match="another update here"):
        merge.fitting(twice, MANIFEST, shipped)


def test_a_merge_is_as_strict_as_its_strictest_part(tmp_path: Path, shipped: Layer) -> None:
    calibration = {
        "temperature": {"dermatoscope": 1.0, "phone": 1.0},
        "predictionSet": 1.0,
        "alertLevels": {"screening": 0.7, "balanced": 0.95},
    }
    parts = [
        read(written(tmp_path / "a.json", inner(shipped))),
        read(written(tmp_path / "b.json", inner(shipped, calibration=calibration))),
    ]
    factors = merge.merge(parts, shipped).factors
    assert factors.alert_levels == {"screening": 0.7, "balanced": 0.95}
    assert factors.prediction_set == 0.9
    assert factors.temperature["dermatoscope"] == pytest.approx(1.1**0.5)


def test_the_guard_knows_a_head_that_has_forgotten(shipped: Layer) -> None:
    found = bank.read(SHIPPED, MANIFEST)
    same = merge.guard(found, shipped, shipped)
    assert same.before == same.after
    assert same.interval == (0, 0)
    assert same.allowed
    assert not merge.guard(found, shipped, moved(shipped, 1.0)).allowed


def test_a_pack_with_a_merged_head_is_whole(tmp_path: Path, shipped: Layer) -> None:
    layers = [moved(shipped, 0.001, seed) for seed in range(4)]
    parts = updates(tmp_path, [*layers, moved(shipped, 0.5)])
    merged = merge.merge(parts, shipped)
    assert merged.outliers == ("4.json",)
    out = tmp_path / "merged"
    merge.write(SHIPPED, out, merged, "9.0.0", "2026-02-02", "Merged from five.")
    check_pack(out)
    manifest, weights = pack.read_pack(out)
    found = merge.layer_of(weights)
    assert np.allclose(found.flat(), merged.layer.flat(), atol=1e-3)
    assert not np.array_equal(found.kernel, shipped.kernel)
    assert (manifest["version"], manifest["created"]) == ("9.0.0", "2026-02-02")
    for name, factor in (("screening", 0.8), ("balanced", 1)):
        old, new = (
            next(p["threshold"] for p in m["calibration"]["operatingPoints"] if p["id"] == name)
            for m in (MANIFEST, manifest)
        )
        assert new == pytest.approx(old * factor)
    modes = manifest["domainCalibration"]["dermatoscope"]["eightViews"]
    old = MANIFEST["domainCalibration"]["dermatoscope"]["eightViews"]
    assert modes["temperature"] == pytest.approx(old["temperature"] * 1.1)
    notes = json.loads((out / "metrics.json").read_text())["notes"]
    assert notes[-1] == "Merged from five. The figures are those of the head before."
