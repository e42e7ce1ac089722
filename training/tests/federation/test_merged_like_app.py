"""The app and this package merge head updates to the same numbers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from lentigo_training.federation import merge
from lentigo_training.federation.update import Factors, Layer, Update

from .test_federation import moved

MERGED = Path(__file__).with_name("merged.json")
"""What the app's test reads as well; `WRITE_MERGED=1` writes it anew."""


def merged_example() -> dict[str, Any]:
    """Five made updates, the last one far off, and what comes of the first few of them."""
    rng = np.random.default_rng(7)
    shipped = Layer(
        rng.normal(size=(4, 3)).astype(np.float32), rng.normal(size=3).astype(np.float32)
    )
    updates = []
    for place in range(5):
        layer = moved(shipped, 5 if place == 4 else 0.2, place)
        temperature = {"phone": 1 + place / 10, **({"dermatoscope": 0.9} if place else {})}
        levels = {"screening": 1 - place / 20, **({"balanced": 0.7} if place == 2 else {})}
        factors = Factors(temperature, 1 - place / 50, levels)
        cases = {"mel": 10 * (place + 1), "nv": 3}
        updates.append(
            Update(
                f"{place}.json", ("made", "1.0.0"), ("a", "b", "c"), layer, factors, cases, {}, None
            )
        )

    def said(layer: Layer, factors: Factors) -> dict[str, Any]:
        return {
            "kernel": layer.kernel.ravel().tolist(),
            "bias": layer.bias.tolist(),
            "calibration": {
                "temperature": dict(sorted(factors.temperature.items())),
                "predictionSet": factors.prediction_set,
                "alertLevels": dict(sorted(factors.alert_levels.items())),
            },
        }

    found = {count: merge.merge(updates[:count], shipped) for count in (1, 2, 3, 4, 5)}
    return {
        "shipped": {"kernel": shipped.kernel.ravel().tolist(), "bias": shipped.bias.tolist()},
        "updates": [{"lesions": u.weight, **said(u.layer, u.factors)} for u in updates],
        "merged": [
            {
                "of": count,
                **said(m.layer, m.factors),
                "outliers": [int(name.removesuffix(".json")) for name in m.outliers],
            }
            for count, m in found.items()
        ],
    }


def test_merges_to_the_numbers_that_the_app_merges_to() -> None:
    example = merged_example()
    if os.environ.get("WRITE_MERGED"):
        MERGED.write_text(json.dumps(example, indent=1) + "\n")
    committed = json.loads(MERGED.read_text())
    assert [m["outliers"] for m in committed["merged"]] == [[], [], [], [], [4]]

    def close(a: Any, b: Any) -> bool:
        if isinstance(a, dict):
            return a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
        if isinstance(a, list):
            return len(a) == len(b) and all(map(close, a, b))
        return bool(abs(a - b) < 1e-6)

    assert close(example, committed)
