"""How frequent each class is where a picture was taken.

The network's probabilities speak for equally frequent classes: they are likelihoods. With a prior
they become chances. Domains' priors are counted in training pictures; settings' are literature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.datasets import Picture
from ..data.taxonomy import CLASSES

Prior = NDArray[np.float64]
"""(7,) shares of CLASSES, above 0, sum 1."""

COUNTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"dermatoscope": ("ham10000", "isic2018_task1"), "phone": ("pad_ufes20",)}
)
"""Data sets whose pictures were not selected by class, by domain."""


@dataclass(frozen=True)
class Setting:
    """Where the app is used: shares of the classes in CLASSES' order, and where they come from."""

    shares: tuple[float, ...]
    source: str


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        "home": Setting(
            (0.06, 0.03, 0.29, 0.05, 0.01, 0.49, 0.07),
            "Estimate. No study counts all seven among lesions that people photograph themselves. "
            "In general practice 90 % of consultations for a suspected lesion are the patient's "
            "own initiative (Ahmadi et al., JEADV 32, 236, 2018, doi:10.1111/jdv.14484), so the "
            "mix is that of general practice with about half of its malignant share.",
        ),
        "practice": Setting(
            (0.09, 0.066, 0.28, 0.045, 0.02, 0.444, 0.055),
            "Lesions suspected of malignancy in Dutch general practice are benign or malignant "
            "10:1 (Koelink et al., BMC Fam. Pract. 15, 29, 2014, doi:10.1186/1471-2296-15-29). "
            "Estimate: how the malignant share divides into basal cell carcinoma and melanoma, "
            "the premalignant share, and the benign share between its four classes.",
        ),
        "clinic": Setting(
            (0.298, 0.155, 0.178, 0.026, 0.061, 0.256, 0.026),
            "1,795 urgent referrals for suspected skin cancer to a British hospital, 2015-16: 280 "
            "premalignant, 243 basal cell and 187 squamous cell carcinomas, 96 melanomas, 400 "
            "naevi, 279 seborrhoeic keratoses (audit, meeting of the Australasian College of "
            "Dermatologists 2017). As in the training data, squamous cell carcinoma counts as "
            "akiec. Estimate: dermatofibroma and vascular lesions, 40 each of the 156 other "
            "benign lesions.",
        ),
    }
)


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


def under_prior(probabilities: NDArray[Any], prior: Prior) -> NDArray[np.float64]:
    """(n, 7) probabilities for equally frequent classes, turned into those under a prior."""
    weighted = np.float64(probabilities) * prior
    return np.asarray(weighted / weighted.sum(axis=1, keepdims=True))


def manifest(priors: Mapping[str, Prior]) -> dict[str, Any]:
    """The `priors` part of the pack's manifest, from the domains' priors."""
    return {
        "domains": {domain: _shares(prior) for domain, prior in priors.items()},
        "settings": {
            name: {"prior": _shares(np.array(s.shares)), "source": s.source}
            for name, s in SETTINGS.items()
        },
    }


def read(part: Mapping[str, Any]) -> dict[str, Prior]:
    """The domains' priors of what `manifest` gave."""
    return {
        domain: np.array([shares[c] for c in CLASSES]) for domain, shares in part["domains"].items()
    }


def _shares(prior: Prior) -> dict[str, float]:
    """Rounded to four digits; the most frequent class takes up what rounding leaves over."""
    shares = {c: round(float(p), 4) for c, p in zip(CLASSES, prior, strict=True)}
    top = max(shares, key=lambda c: shares[c])
    shares[top] = round(shares[top] + 1 - sum(shares.values()), 4)
    return shares
