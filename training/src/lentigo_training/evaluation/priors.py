"""How frequent each class is where a picture was taken.

The network's probabilities speak for equally frequent classes: they are likelihoods. With a prior
they become chances. Domains' priors are counted in training pictures; settings' are literature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.datasets import Picture
from ..data.taxonomy import AS_THEY_COME, BY_NAME, CLASSES, LESION_DOMAINS, TASK

Prior = NDArray[np.float64]
"""(k,) shares of CLASSES, above 0, sum 1."""

COUNTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        domain: tuple(n for n in AS_THEY_COME if (d := BY_NAME[n]).share and d.domain == domain)
        for domain in LESION_DOMAINS
    }
)
"""Data sets that are trained on and whose pictures were not selected by class, by domain."""


def domain_priors(training: Sequence[Picture]) -> dict[str, Prior]:
    """Shares of the classes among the training pictures of COUNTED, by domain.

    Each class counts one picture more than it has (Laplace), so that none is impossible.
    """
    priors = {}
    for domain, names in COUNTED.items():
        counts = Counter(p.dx for p in training if p.dataset in names)
        shares = np.array([counts[c] + 1.0 for c in CLASSES])
        priors[domain] = shares / shares.sum()
    return priors


def setting_priors() -> dict[str, Prior]:
    """Those of the task's settings, by their names."""
    return {
        name: np.array([setting.shares[c] for c in CLASSES])
        for name, setting in TASK.settings.items()
    }


def under_prior(probabilities: NDArray[Any], prior: Prior) -> NDArray[np.float64]:
    """(n, k) probabilities for equally frequent classes, turned into those under a prior."""
    weighted = np.float64(probabilities) * prior
    return np.asarray(weighted / weighted.sum(axis=1, keepdims=True))


def manifest(priors: Mapping[str, Prior]) -> dict[str, Any]:
    """The `priors` part of the pack's manifest, from the domains' priors."""
    return {
        "domains": {domain: _shares(prior) for domain, prior in priors.items()},
        "settings": {
            name: {"prior": _shares(prior), "source": TASK.settings[name].source}
            for name, prior in setting_priors().items()
        },
    }


def read(part: Mapping[str, Any]) -> dict[str, Prior]:
    """The domains' priors of what `manifest` gave."""
    return {
        domain: np.array([shares[c] for c in CLASSES]) for domain, shares in part["domains"].items()
    }


def _shares(prior: Prior) -> dict[str, float]:
    """Rounded to four digits; the most frequent class absorbs the rounding error."""
    shares = {c: round(float(p), 4) for c, p in zip(CLASSES, prior, strict=True)}
    top = max(shares, key=lambda c: shares[c])
    shares[top] = round(shares[top] + 1 - sum(shares.values()), 4)
    return shares
