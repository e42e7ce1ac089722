"""Fits a last layer as the app does on a device, for studies (`src/model/learning/`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from ..data.sampler import RAREST
from ..networks.network import LABEL_SMOOTHING
from ..packing.bank import Bank
from .update import Layer

PULL = 0.05
"""Weight of half the squared distance from the shipped layer, in units of loss."""

BANK_WEIGHT = 400.0
"""Weight of the bank's learning half, in pictures."""

BORROWED = 5
"""A kind of picture adds this many pictures of the overall class mix to its own, as in the app."""


@dataclass(frozen=True)
class Cases:
    """Embeddings (n, d); class, weight and kind of picture of each (n,)."""

    embeddings: NDArray[np.float32]
    truth: NDArray[np.int64]
    weights: NDArray[np.float64]
    kinds: NDArray[np.int64]

    def part(self, inside: NDArray[np.bool_] | NDArray[np.int64]) -> Cases:
        """Some of them."""
        return Cases(
            self.embeddings[inside], self.truth[inside], self.weights[inside], self.kinds[inside]
        )


def of_bank(found: Bank, held_out: bool = False) -> Cases:
    """A half of the bank: classes count alike, and all together as BANK_WEIGHT."""
    own = found.held_out == held_out
    truth = found.classes[own].astype(np.int64)
    counts = np.bincount(truth)
    weights = BANK_WEIGHT / np.count_nonzero(counts) / counts[truth]
    return Cases(found.embeddings[own], truth, weights, found.sources[own].astype(np.int64))


def log_priors(cases: Cases, classes: int) -> NDArray[np.float64]:
    """(n, k) log of the share of each class among the cases of each one's kind."""

    def mix(inside: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.asarray(np.bincount(cases.truth[inside], cases.weights[inside], classes), float)

    every = mix(np.ones(len(cases.truth), bool))
    result = np.empty((len(cases.truth), classes))
    for kind in np.unique(cases.kinds):
        own = cases.kinds == kind
        shares = mix(own) + BORROWED * every / every.sum()
        result[own] = np.log(np.maximum(shares / shares.sum(), RAREST))
    return result


def fit(parts: list[Cases], shipped: Layer) -> Layer:
    """The layer with the least weighted cross entropy under the priors of each part, pulled towards
    the shipped one. The problem is convex."""
    classes = len(shipped.bias)
    prior = np.concatenate([log_priors(part, classes) for part in parts])
    embeddings = np.concatenate([part.embeddings for part in parts]).astype(np.float64)
    truth = np.concatenate([part.truth for part in parts])
    weights = np.concatenate([part.weights for part in parts])
    weights = (weights / weights.sum())[:, None]
    # As in training: labels are smoothed towards the prior.
    target = softmax(prior, axis=1) * LABEL_SMOOTHING
    target[np.arange(len(truth)), truth] += 1 - LABEL_SMOOTHING
    start = shipped.flat()

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        kernel, bias = values[:-classes].reshape(-1, classes), values[-classes:]
        log = log_softmax(embeddings @ kernel + bias + prior, axis=1)
        wrong = weights * (np.exp(log) - target)
        gradient = np.concatenate([(embeddings.T @ wrong).ravel(), wrong.sum(axis=0)])
        away = values - start
        value = -float((weights * target * log).sum()) + PULL / 2 * float(away @ away)
        return value, gradient + PULL * away

    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return Layer.of_flat(found.x, classes)
