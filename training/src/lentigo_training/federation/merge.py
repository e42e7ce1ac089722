"""A pack whose last layer is merged from updates of devices, past the guard that devices have."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..evaluation.metrics import balanced_accuracy, cluster_bootstrap
from ..packing import bank, pack
from . import aggregate
from .update import Factors, Layer, Update

MOST_LOST = -0.02
"""What the balanced accuracy on the bank's held-out half may lose: its interval must lie above."""


@dataclass(frozen=True)
class Merged:
    """The head, how it is read, and whose updates lie far from the others'."""

    layer: Layer
    factors: Factors
    outliers: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """Balanced accuracy on the bank's held-out half, and the 95 % interval of the difference."""

    before: float
    after: float
    interval: tuple[float, float]

    @property
    def allowed(self) -> bool:
        """Whether the merged head may take the place of the other."""
        return self.interval[0] > MOST_LOST


def fitting(updates: Sequence[Update], manifest: Mapping[str, Any], shipped: Layer) -> None:
    """Raises ValueError where updates are of another pack, or two are of one device."""
    for update in updates:
        if update.pack != (manifest["id"], manifest["version"]):
            raise ValueError(f"{update.name} is of {' '.join(update.pack)}, another pack")
        classes = tuple(c["code"] for c in manifest["classes"])
        if update.classes != classes or update.layer.kernel.shape != shipped.kernel.shape:
            raise ValueError(f"{update.name} does not have the pack's last layer")
    signers = [u.signer for u in updates if u.signer]
    for update in updates:
        if update.signer and signers.count(update.signer) > 1:
            raise ValueError(f"{update.name} is of a device that has another update here")


def merge(updates: Sequence[Update], shipped: Layer, how: str = "trimmed") -> Merged:
    """One head from updates that fit; each counts by the lesions that it learnt from.

    Alert levels and sets become as strict as in the strictest update.
    """
    changes = np.stack([u.layer.flat() - shipped.flat() for u in updates])
    weights = np.array([float(u.weight) for u in updates])
    change = aggregate.HOW[how](changes, weights)
    factors = [u.factors for u in updates]
    return Merged(
        Layer.of_flat(shipped.flat() + change, len(shipped.bias)),
        Factors(
            {
                domain: float(
                    np.exp(
                        np.average(
                            [np.log(f.temperature.get(domain, 1.0)) for f in factors],
                            weights=weights,
                        )
                    )
                )
                for domain in {name for f in factors for name in f.temperature}
            },
            min(f.prediction_set for f in factors),
            {
                level: min(f.alert_levels.get(level, 1.0) for f in factors)
                for level in {name for f in factors for name in f.alert_levels}
            },
        ),
        tuple(updates[place].name for place in aggregate.outliers(changes)),
    )


def guard(found: bank.Bank, shipped: Layer, merged: Layer, seed: int = 1) -> Change:
    """Figures of the merged and the shipped head on the bank's held-out half."""
    entries, truth = (
        found.embeddings[found.held_out],
        found.classes[found.held_out].astype(np.int64),
    )
    old, new = (layer.logits(entries).argmax(axis=1) for layer in (shipped, merged))

    def gain(indices: NDArray[np.int64]) -> float:
        right = truth[indices]
        return balanced_accuracy(right, new[indices]) - balanced_accuracy(right, old[indices])

    return Change(
        balanced_accuracy(truth, old),
        balanced_accuracy(truth, new),
        cluster_bootstrap(gain, np.arange(len(truth)), seed),
    )


def layer_of(weights: pack.Weights) -> Layer:
    """The last layer of a pack. Raises ValueError where there is none."""
    kernel, bias = (weights.decoded()[name] for name in _names(weights))
    return Layer(kernel, bias)


def _names(weights: pack.Weights) -> tuple[str, str]:
    own = [s for s in weights.specs if pack.layer_of(s["name"], ["logits"])]
    by_axes = {len(s["shape"]): s["name"] for s in own}
    if set(by_axes) != {1, 2}:
        raise ValueError("the pack has no last layer with a bias")
    return by_axes[2], by_axes[1]


def write(source: Path, out: Path, merged: Merged, version: str, created: str, words: str) -> None:
    """Copies a pack and puts the merged head into it: weights, thresholds, golden example, words.

    The pack's figures stay those of the head before, and a note among them says so.
    """
    if out != source:
        shutil.copytree(source, out, dirs_exist_ok=True)
    manifest, weights = pack.read_pack(out)
    kernel, bias = _names(weights)
    changed = weights.with_values({kernel: merged.layer.kernel, bias: merged.layer.bias})
    metrics = json.loads((out / "metrics.json").read_text())
    metrics["notes"] = [*metrics["notes"], f"{words} The figures are those of the head before."]
    pack.replace_head(out, changed, metrics, _read_by(manifest, merged.factors), version, created)


def _read_by(manifest: Mapping[str, Any], factors: Factors) -> dict[str, Any]:
    """The parts of a manifest that say how numbers are read, with the factors."""

    def thresholds(part: Mapping[str, Any]) -> dict[str, Any]:
        chosen = part["predictionSet"]
        return {
            "predictionSet": {**chosen, "threshold": chosen["threshold"] * factors.prediction_set},
            "operatingPoints": [
                {**p, "threshold": p["threshold"] * factors.alert_levels.get(p["id"], 1.0)}
                for p in part["operatingPoints"]
            ],
        }

    def factor(domain: str) -> float:
        return factors.temperature.get(domain, 1.0)

    calibration = manifest["calibration"]
    temperature = {d: t * factor(d) for d, t in calibration["temperature"].items()}
    parts = {"calibration": {**calibration, "temperature": temperature, **thresholds(calibration)}}
    if "domainCalibration" in manifest:
        parts["domainCalibration"] = {
            domain: {
                mode: {"temperature": own["temperature"] * factor(domain), **thresholds(own)}
                for mode, own in modes.items()
            }
            for domain, modes in manifest["domainCalibration"].items()
        }
    return parts
