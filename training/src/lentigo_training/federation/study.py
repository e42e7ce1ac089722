"""A study of merging: simulated clinics with other mixes of conditions, merged and pooled heads.

HAM10000's validation lesions and PAD-UFES-20's patients are dealt to clinics, each condition by
shares from a Dirichlet distribution (Hsu et al., arXiv:1909.06335). Half of HAM10000's lesions and
PAD-UFES-20's validation patients are kept to test on. Every clinic fits the last layer as the app
does; the heads are merged by the function that `federate` uses, also after each clinic has added
noise to its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.taxonomy import CLASSES
from ..evaluation.metrics import balanced_accuracy
from ..packing.bank import Bank
from . import aggregate, noise
from .head import Cases, fit, of_bank
from .update import Layer

CLINICS = 6
FEWEST = 30
"""A clinic with fewer pictures has no head, as in the app."""

ALPHAS = (0.1, 0.3, 1.0, 10.0)
"""From clinics that each see a few conditions to clinics that are alike."""

CLIPS = (0.1, 0.3, 1.0)
"""To which length each clinic's change is clipped before noise is added; the app's is the first."""

EPSILONS = (2.0, 8.0, 32.0, 128.0, 512.0)
"""What the noise of each clinic's update is worth."""

DELTA = 1e-5
"""As in the app."""

SOURCES = ("ham10000", "pad_ufes20")

Row = dict[str, Any]


@dataclass(frozen=True)
class Pool:
    """All pictures of the study, with the group that no two clinics share, and which are tested."""

    cases: Cases
    groups: NDArray[np.str_]
    tested: NDArray[np.bool_]


def read_pool(folder: Path) -> Pool:
    """From what `clinics.write` wrote for SOURCES."""
    parts, groups, tested = [], [], []
    for kind, name in enumerate(SOURCES):
        described = json.loads((folder / f"{name}.json").read_text())
        truth = np.array([CLASSES.index(dx) for dx in described["dx"]])
        embeddings = np.fromfile(folder / f"{name}.f32", "<f4").reshape(len(truth), -1)
        ones = np.ones(len(truth))
        parts.append(Cases(embeddings, truth, ones, np.full(len(truth), kind)))
        groups += [f"{name} {group}" for group in described["group"]]
        tested.append(np.array(described["testOnly"], bool))
    return Pool(
        Cases(
            np.concatenate([p.embeddings for p in parts]),
            np.concatenate([p.truth for p in parts]),
            np.concatenate([p.weights for p in parts]),
            np.concatenate([p.kinds for p in parts]),
        ),
        np.array(groups),
        np.concatenate(tested),
    )


def deal(pool: Pool, alpha: float, seed: int) -> NDArray[np.int64]:
    """(n,) clinic of each picture, -1 for a test picture; a group stays in one clinic."""
    rng = np.random.default_rng(seed)
    shares = rng.dirichlet(np.full(CLINICS, alpha), len(CLASSES))
    clinics = np.full(len(pool.groups), -1)
    _, first, place = np.unique(pool.groups, return_index=True, return_inverse=True)
    chosen = np.array([rng.choice(CLINICS, p=shares[pool.cases.truth[at]]) for at in first])
    clinics[~pool.tested] = chosen[place[~pool.tested]]
    return clinics


def heads(
    pool: Pool, clinics: NDArray[np.int64], bank: Cases, shipped: Layer, wrong: bool, seed: int
) -> tuple[list[Layer], NDArray[np.float64]]:
    """The heads of the clinics that have enough, and how many pictures each has. With `wrong`, the
    largest one gives every picture the name of another condition."""
    counts = np.bincount(clinics[clinics >= 0], minlength=CLINICS)
    fitted, weights = [], []
    for clinic in np.flatnonzero(counts >= FEWEST):
        own = pool.cases.part(clinics == clinic)
        if wrong and clinic == int(counts.argmax()):
            rng = np.random.default_rng(seed)
            other = (own.truth + rng.integers(1, len(CLASSES), len(own.truth))) % len(CLASSES)
            own = Cases(own.embeddings, other, own.weights, own.kinds)
        fitted.append(fit([own, bank], shipped))
        weights.append(float(counts[clinic]))
    return fitted, np.array(weights)


def with_noise(
    changes: NDArray[np.float64],
    weights: NDArray[np.float64],
    clip: float,
    epsilon: float | None,
    seed: int,
) -> NDArray[np.float64]:
    """(d,) what is merged of changes (m, d) that are clipped and, with an epsilon, noisy."""
    rng = np.random.default_rng(seed)
    sigma = noise.sigma_for(epsilon, clip, DELTA) if epsilon else 0.0
    sent = np.stack([noise.noisy(change, clip, sigma, rng) for change in changes])
    return aggregate.trimmed_mean(sent, weights)


def noise_way(clip: float, epsilon: float | None) -> str:
    """The name of merging with noise, or with clipping alone."""
    return f"clip {clip:g}, {f'epsilon {epsilon:g}' if epsilon else 'no noise'}"


def study(pool: Pool, found: Bank, shipped: Layer, repeats: int) -> Iterator[Row]:
    """One row for each mix, draw and way; `value` is the balanced accuracy, mean of the two kinds
    of picture."""
    bank = of_bank(found)
    test = pool.cases.part(pool.tested)

    def measured(layer: Layer) -> float:
        top = layer.logits(test.embeddings).argmax(axis=1)
        kinds = [test.kinds == kind for kind in range(len(SOURCES))]
        return float(np.mean([balanced_accuracy(test.truth[own], top[own]) for own in kinds]))

    everyone = fit([pool.cases.part(~pool.tested), bank], shipped)
    fixed = {
        "shipped": measured(shipped),
        "bank": measured(fit([bank], shipped)),
        "pooled": measured(everyone),
    }
    for alpha in ALPHAS:
        for repeat in range(repeats):
            clinics = deal(pool, alpha, repeat)
            values = dict(fixed)
            for wrong in (False, True):
                layers, weights = heads(pool, clinics, bank, shipped, wrong, repeat)
                changes = np.stack([layer.flat() - shipped.flat() for layer in layers])
                name = ".wrong" if wrong else ""
                if not wrong:
                    values["single"] = float(np.mean([measured(layer) for layer in layers]))
                    values["length"] = float(np.linalg.norm(changes, axis=1).mean())
                    for clip, epsilon in product(CLIPS, (None, *EPSILONS)):
                        change = with_noise(changes, weights, clip, epsilon, repeat)
                        noisy = Layer.of_flat(shipped.flat() + change, len(CLASSES))
                        values[noise_way(clip, epsilon)] = measured(noisy)
                for how, merge in aggregate.HOW.items():
                    merged = shipped.flat() + merge(changes, weights)
                    values[how + name] = measured(Layer.of_flat(merged, len(CLASSES)))
                far = aggregate.outliers(changes)
                values[f"outliers{name}"] = float(len(far))
            for way, value in values.items():
                yield {"alpha": alpha, "repeat": repeat, "way": way, "value": round(value, 4)}


def means(rows: Sequence[Row]) -> dict[str, dict[float, tuple[float, float]]]:
    """By way and alpha: mean and standard deviation over the draws."""
    result: dict[str, dict[float, tuple[float, float]]] = {}
    for way in dict.fromkeys(row["way"] for row in rows):
        for alpha in ALPHAS:
            own = [r["value"] for r in rows if r["way"] == way and r["alpha"] == alpha]
            result.setdefault(way, {})[alpha] = (float(np.mean(own)), float(np.std(own)))
    return result
