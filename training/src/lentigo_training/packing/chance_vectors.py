"""Golden vectors of calibration by domain: what the app must make of a network's outputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.taxonomy import CLASSES
from ..evaluation import priors
from ..evaluation.calibration import LESION_DOMAINS
from ..evaluation.domain_calibration import MODES, DomainCalibration, Reading
from ..evaluation.operating_points import OperatingPoint, suspicion

PICTURES = 12


def chance_vectors(seed: int = 5) -> dict[str, Any]:
    """A made calibration as the manifest holds it, and the reading of made outputs by it."""
    rng = np.random.default_rng(seed)
    shares = {
        d: rng.dirichlet(np.full(len(CLASSES), 2.0)) * 0.98 + 0.02 / 7 for d in LESION_DOMAINS
    }
    readings = {
        mode: {
            domain: Reading(
                round(float(rng.uniform(0.6, 1.6)), 4),
                round(float(rng.uniform(0.05, 0.25)), 4),
                (
                    OperatingPoint("screening", round(float(rng.uniform(0.05, 0.4)), 4), 0.95),
                    OperatingPoint("balanced", round(float(rng.uniform(0.4, 0.7)), 4), 0.85),
                ),
            )
            for domain in LESION_DOMAINS
        }
        for mode in MODES
    }
    manifest = DomainCalibration(shares, readings).manifest()
    # As the app has them: rounded.
    calibration = DomainCalibration(priors.read(manifest["priors"]), readings)
    cases = []
    for mode, count in MODES.items():
        logits = _values(rng, (PICTURES, count, len(CLASSES)))
        gate = _values(rng, (PICTURES, count, len(LESION_DOMAINS) + 1))
        chances, domain = calibration.probabilities(mode, logits, gate), calibration.domain(gate)
        sets, score = calibration.sets(mode, chances, domain), suspicion(chances)
        for i in range(PICTURES):
            name = LESION_DOMAINS[domain[i]]
            points = calibration.readings[mode][name].operating_points
            cases.append(
                {
                    "mode": mode,
                    "logits": [[round(float(x), 4) for x in view] for view in logits[i]],
                    "gate": [[round(float(x), 4) for x in view] for view in gate[i]],
                    "domain": name,
                    "chances": [round(float(x), 12) for x in chances[i]],
                    "set": sorted(c for c, inside in zip(CLASSES, sets[i], strict=True) if inside),
                    "flagged": [p.id for p in points if score[i] >= p.threshold],
                }
            )
    return {"classes": list(CLASSES), **manifest, "cases": cases}


def _values(rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float32]:
    return rng.normal(0, 2, shape).round(4).astype(np.float32)


def write_chance_vectors(path: Path) -> None:
    """Writes the vectors; a case a line."""
    vectors = chance_vectors()
    cases = ",\n".join(json.dumps(case) for case in vectors.pop("cases"))
    head = json.dumps(vectors, ensure_ascii=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{head[:-1]}, "cases": [\n{cases}\n]}}\n')
