"""Reads a head update: what one device learnt, without pictures, embeddings or names.

docs/federation.md has the format; `src/domain/learning/head-update.ts` writes it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from numpy.typing import NDArray

from .noise import Noise

KIND = "lentigo-head-update"
PREFIX = b"lentigo-head-update-v1\n"
"""Prefix of the signed text, so that the signature is valid for nothing else."""

LARGEST = 1 << 20
"""Bytes that a file may have."""


@dataclass(frozen=True)
class Layer:
    """Weights of the last layer: kernel (d, k) and bias (k,), float32."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]

    def flat(self) -> NDArray[np.float64]:
        """(d * k + k,) all of them."""
        return np.concatenate([self.kernel.ravel(), self.bias]).astype(np.float64)

    @classmethod
    def of_flat(cls, values: NDArray[np.float64], classes: int) -> Layer:
        """From what `flat` gave."""
        return cls(
            values[:-classes].reshape(-1, classes).astype(np.float32),
            values[-classes:].astype(np.float32),
        )

    def logits(self, embeddings: NDArray[Any]) -> NDArray[np.float64]:
        """(n, k) of embeddings (n, d)."""
        return np.asarray(embeddings.astype(np.float64) @ self.kernel + self.bias)


@dataclass(frozen=True)
class Factors:
    """By how much a head's numbers are read differently from the pack's; see `HeadCalibration` of
    the app. None of the last two is above 1: no set becomes smaller, no level laxer."""

    temperature: Mapping[str, float]
    prediction_set: float
    alert_levels: Mapping[str, float]


@dataclass(frozen=True)
class Update:
    """One device's update; `name` is its file's, `signer` the device's public key."""

    name: str
    pack: tuple[str, str]
    classes: tuple[str, ...]
    layer: Layer
    factors: Factors
    cases: Mapping[str, int]
    figures: Mapping[str, Any]
    signer: str | None
    noise: Noise | None = None
    """None where nothing was clipped and no noise was added, as in older updates."""

    @property
    def said_noise(self) -> str:
        """In words."""
        if self.noise is None:
            return "no noise"
        noise = self.noise
        return (
            f"noise: epsilon {noise.epsilon:.3g} at delta {noise.delta:g} "
            f"(change clipped to {noise.clip:g}, standard deviation {noise.sigma:.3g})"
        )

    @property
    def weight(self) -> int:
        """Lesions that it learnt from."""
        return sum(self.cases.values())


def read(path: Path) -> Update:
    """Raises ValueError for what is no update, or not what its device has signed."""
    data = path.read_bytes()
    if len(data) > LARGEST:
        raise ValueError(f"{path.name} has {len(data)} bytes, {LARGEST} are allowed")
    try:
        outer = json.loads(data)
        if (outer["kind"], outer["format"]) != (KIND, 1):
            raise ValueError("of another kind")
        text = outer["update"]
        signer = _signer(outer["signature"], text) if "signature" in outer else None
        inner = json.loads(text)
        classes = tuple(inner["classes"])
        layer = Layer(_floats(inner["kernel"]).reshape(-1, len(classes)), _floats(inner["bias"]))
        calibration = inner["calibration"]
        update = Update(
            path.name,
            (inner["pack"]["id"], inner["pack"]["version"]),
            classes,
            layer,
            Factors(
                {str(k): float(v) for k, v in calibration["temperature"].items()},
                float(calibration["predictionSet"]),
                {str(k): float(v) for k, v in calibration["alertLevels"].items()},
            ),
            {str(code): int(count) for code, count in inner["cases"].items()},
            inner["figures"],
            signer,
            _noise(inner["noise"]) if "noise" in inner else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is no head update: {error}") from None
    _check(update)
    return update


def _check(update: Update) -> None:
    factors = update.factors
    stricter = (factors.prediction_set, *factors.alert_levels.values())
    found = {
        "its bias does not have a value a class": update.layer.bias.shape != (len(update.classes),),
        "it has values that are no numbers": not np.isfinite(update.layer.flat()).all(),
        "it learnt from nothing": update.weight <= 0 or min(update.cases.values()) < 0,
        "it names a condition that it does not have": bool(set(update.cases) - set(update.classes)),
        "a level of it is laxer than the pack's": not all(0 < f <= 1 for f in stricter),
        "a temperature of it is none": not all(f > 0 for f in factors.temperature.values()),
    }
    wrong = [words for words, is_wrong in found.items() if is_wrong]
    if update.noise and (fault := update.noise.fault()):
        wrong.append(fault)
    if wrong:
        raise ValueError(f"{update.name} is no head update: {wrong[0]}")


def _noise(said: Mapping[str, float]) -> Noise:
    return Noise(*(float(said[name]) for name in ("clip", "sigma", "epsilon", "delta")))


def _floats(text: str) -> NDArray[np.float32]:
    return np.frombuffer(base64.b64decode(text, validate=True), "<f4")


def _signer(signature: Mapping[str, str], text: str) -> str:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(signature["publicKey"]))
        key.verify(bytes.fromhex(signature["signature"]), PREFIX + text.encode())
    except InvalidSignature:
        raise ValueError("its signature does not hold") from None
    return signature["publicKey"]
