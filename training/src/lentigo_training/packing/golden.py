"""Golden vectors: what the app's arithmetic and network must give."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ..data.resample import APP_SIDE, as_the_app, resample, scale_to_input
from ..data.taxonomy import SIZE

SIDES = (1, 2, 3, 31, 32, 112, 223, 224, 225, 256, 300, 450, 673, 1536)
LARGEST_WRITTEN_OUT = 32
EMBEDDING_VALUES = 64

# Far above the difference between WASM and the CPU here (about 1e-5), below any wrong result;
# half precision in WebGL needs the room.
TOLERANCE = {"probability": 0.02, "embedding": 0.05}


def quadratic(side: int) -> NDArray[np.uint8]:
    """A square picture by formula: byte j of the row-major RGB bytes is (31 j² + 7 j) mod 251."""
    j = np.arange(side * side * 3, dtype=np.int64)
    return ((j * j * 31 + j * 7) % 251).astype(np.uint8).reshape(side, side, 3)


def resampling_vectors() -> list[dict[str, Any]]:
    """Inputs and digests of outputs of lentigo-area-1 for sides below, at and above 224."""
    vectors = []
    for side in SIDES:
        if side <= LARGEST_WRITTEN_OUT:
            square = np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8)
            source = {"rgb": base64.b64encode(square.tobytes()).decode()}
        else:
            square, source = quadratic(side), {"formula": "quadratic"}
        output = resample(square, APP_SIDE).tobytes()
        vectors.append(
            {
                "side": side,
                **source,
                "sha256": hashlib.sha256(output).hexdigest(),
                "row0": list(output[:24]),
            }
        )
    return vectors


def write_resampling_vectors(path: Path) -> None:
    """Writes the vectors, one a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(v) for v in resampling_vectors())
    path.write_text(f"[\n{lines}\n]\n")


def synthetic_lesion(side: int = 32) -> NDArray[np.uint8]:
    """A made-up mole: a brown, uneven ellipse on pink skin, in integers only."""
    y, x = np.mgrid[0:side, 0:side].astype(np.int64) * 64 // side
    distance = ((x - 30) * 3 + (y - 34)) ** 2 // 12 + (y - 34 - (x - 30) // 4) ** 2
    inside = np.clip(320 - distance, 0, 160)[:, :, None]
    texture = ((x * 7 + y * 13 + x * y) % 23 - 11)[:, :, None]
    skin, mole = np.array([222, 176, 160]), np.array([96, 58, 46])
    colour = (skin * (160 - inside) + mole * inside) // 160 + texture
    return np.asarray(np.clip(colour, 0, 255), dtype=np.uint8)


def network_example(model: keras.Model) -> dict[str, Any]:
    """golden.json: a small picture and the output of the network with the pack's weights."""
    square = synthetic_lesion()
    outputs = model.predict_on_batch(scale_to_input(as_the_app(square, SIZE))[None])
    return {
        "input": {"side": len(square), "rgb": base64.b64encode(square.tobytes()).decode()},
        "expected": {
            "logits": _rounded(outputs["logits"][0]),
            "gate": _rounded(outputs["gate"][0]),
            "embedding": _rounded(outputs["embedding"][0][:EMBEDDING_VALUES]),
        },
        "tolerance": TOLERANCE,
    }


def _rounded(array: NDArray[Any]) -> list[float]:
    return [round(float(v), 5) for v in array]
