"""Noise of head updates: what it is worth, and how it is added.

`src/domain/learning/noise.ts` has the reasons and computes the same. Epsilon is that of the
analytic Gaussian mechanism (Balle and Wang, ICML 2018, arXiv:1805.06530, theorem 8), with a
sensitivity of twice the clip: all cases of a device exchanged for others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import log_ndtr

Array = NDArray[np.float64]

TOLERANCE = 1e-3
"""By how much a stated epsilon may lie below the true one, as a share: it may be rounded."""


@dataclass(frozen=True)
class Noise:
    """The length to which a change was clipped, the noise's standard deviation, and their worth."""

    clip: float
    sigma: float
    epsilon: float
    delta: float

    def fault(self) -> str | None:
        """What is wrong with it; None where nothing is."""
        values = (self.clip, self.sigma, self.epsilon, self.delta)
        if not all(np.isfinite(value) and value > 0 for value in values) or self.delta >= 1:
            return "its noise is none"
        ratio = 2 * self.clip / self.sigma
        if ratio > 0 and delta_of((1 + TOLERANCE) * self.epsilon, ratio) > self.delta:
            return "its noise is worth less than it says"
        return None


def delta_of(epsilon: float, ratio: float) -> float:
    """Delta of Gaussian noise at an epsilon, for a ratio of sensitivity to standard deviation."""
    half, shift = ratio / 2, epsilon / ratio
    return float(np.exp(log_ndtr(half - shift)) - np.exp(epsilon + log_ndtr(-half - shift)))


def sigma_for(epsilon: float, clip: float, delta: float) -> float:
    """The least noise that is worth an epsilon."""

    def missing(log_sigma: float) -> float:
        return delta_of(epsilon, 2 * clip / float(np.exp(log_sigma))) - delta

    return float(np.exp(brentq(missing, np.log(clip) - 10, np.log(clip) + 20)))


def clipped(change: Array, clip: float) -> Array:
    """(d,) the change, at most `clip` long."""
    return change * min(1.0, clip / max(float(np.linalg.norm(change)), 1e-300))


def noisy(change: Array, clip: float, sigma: float, rng: np.random.Generator) -> Array:
    """(d,) as a device would send it; for studies, with numbers that can be drawn again."""
    return clipped(change, clip) + sigma * rng.normal(size=change.shape)
