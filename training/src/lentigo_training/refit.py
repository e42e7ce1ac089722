"""Fits the class head anew, on pictures as the app will show them.

In training the network sees smaller, turned and recoloured pictures; at the size of use the
statistics of its embedding are a little different (Touvron et al., arXiv:1906.06423). The head is
fitted to the embeddings of the plain training pictures at 224, held near the trained head by a
penalty whose strength is chosen on validation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import log_softmax

from .datasets import Picture
from .loader import RAREST
from .metrics import class_indices, quick_figures
from .taxonomy import CLASSES, DOMAINS

Floats = NDArray[np.float64]
STRENGTHS = (3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001)

Head = Sequence[NDArray[Any]]
"""Kernel (1280, 7) and bias (7,)."""


@dataclass(frozen=True)
class Seen:
    """Pictures and their embeddings (n, 1280)."""

    pictures: Sequence[Picture]
    embedding: NDArray[np.float32]


def choose_head(training: Seen, validation: Seen, trained: Head) -> Head:
    """The trained head or the fitted one with the least class-balanced loss on validation."""
    heads = {"trained": trained}
    for strength in STRENGTHS:
        heads[f"{strength}"] = fit_head(training.embedding, training.pictures, trained, strength)
    losses = {}
    for name, (kernel, bias) in heads.items():
        losses[name], shown = _validate(validation, validation.embedding @ kernel + bias)
        print(f"strength {name:8} {shown}", flush=True)
    return heads[min(losses, key=losses.__getitem__)]


def _validate(validation: Seen, logits: NDArray[Any]) -> tuple[float, str]:
    """Mean over the data sets of the class-balanced loss, and the figures in words."""
    domains = np.zeros((len(logits), len(DOMAINS)))
    losses, words = [], []
    names = np.array([p.dataset for p in validation.pictures])
    for name in dict.fromkeys(names):
        own = np.flatnonzero(names == name)
        pictures = [validation.pictures[i] for i in own]
        figures = quick_figures(pictures, logits[own], domains[own])
        losses.append(figures["balancedLoss"])
        words.append(
            f"{name} loss {figures['balancedLoss']:.4f} "
            f"balanced accuracy {figures['balancedAccuracy']:.4f}"
        )
    return float(np.mean(losses)), "; ".join(words)


def log_priors(pictures: Sequence[Picture]) -> Floats:
    """(n, 7) log share of each class in each picture's data set, as in the training loss."""
    counts = Counter((p.dataset, p.dx) for p in pictures)
    totals = Counter(p.dataset for p in pictures)
    rows = {d: np.log([max(counts[d, c] / totals[d], RAREST) for c in CLASSES]) for d in totals}
    return np.array([rows[p.dataset] for p in pictures])


def fit_head(
    embedding: NDArray[Any],
    pictures: Sequence[Picture],
    start: Head,
    strength: float,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Kernel (1280, 7) and bias (7,) of multinomial regression with logit adjustment.

    `start` are the trained kernel and bias; `strength` times half the squared distance from that
    kernel is added to the mean loss. The embedding is scaled to a mean square of one, so that
    strengths are comparable between networks.
    """
    scale = float(np.sqrt(np.mean(np.square(embedding, dtype=np.float64))))
    x = np.asarray(embedding, np.float32) / np.float32(scale)
    kernel, bias = (np.asarray(a, np.float64) for a in start)
    prior, truth = log_priors(pictures), class_indices(pictures)
    onehot = np.eye(len(CLASSES))[truth]
    n = len(x)

    def loss(flat: Floats) -> tuple[float, Floats]:
        k, b = flat[: kernel.size].reshape(kernel.shape), flat[kernel.size :]
        away = k - kernel * scale
        log = log_softmax(x @ k.astype(np.float32) + b + prior, axis=1)
        gap = (np.exp(log) - onehot) / n
        slope = x.T @ gap.astype(np.float32) + strength * away
        value = -np.mean(log[np.arange(n), truth]) + strength / 2 * np.sum(away**2)
        return float(value), np.concatenate([slope.ravel(), gap.sum(axis=0)])

    first = np.concatenate([(kernel * scale).ravel(), bias])
    found = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    fitted = found[: kernel.size].reshape(kernel.shape) / scale
    return fitted.astype(np.float32), found[kernel.size :].astype(np.float32)
