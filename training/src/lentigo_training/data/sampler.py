"""Which pictures an epoch shows: by data set, then class, then picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from .datasets import DataError, Picture
from .taxonomy import CLASSES, DATA_SETS, NO_LESION, TASK

MIXTURE: Mapping[str, float] = {d.name: d.share for d in DATA_SETS if d.share}
"""Share of each data set in what an epoch shows; others are not trained on."""

TEMPER = 0.5
"""Within a data set a class is drawn in proportion to (its pictures) ** TEMPER."""

RAREST = 0.004
"""Lower bound of a class's assumed share, for classes that a data set does not have."""


def label(picture: Picture) -> NDArray[np.float64]:
    """(k,) shares of the classes that a picture may show: one-hot, several where only "benign" is
    known, zeros without a lesion."""
    if picture.dx == NO_LESION:
        return np.zeros(len(CLASSES))
    shares = TASK.unnamed.shares if TASK.unnamed and not picture.named else {picture.dx: 1.0}
    return np.array([shares.get(c, 0.0) for c in CLASSES])


def with_coarse_copies(pictures: Sequence[Picture]) -> list[Picture]:
    """The pictures and, of each of isic_224, one as coarse as those of isic2019_84px.

    Both come from the same archive. There each class is coarse; sharp are only melanomas and
    benign lesions. So the copies join the class mix of the coarse ones, and being coarse or sharp
    does not tell a class. Pictures that isic2019_84px has need no copy.
    """
    coarse = {p.image_id for p in pictures if p.dataset == "isic2019_84px"}
    copies = [
        replace(p, dataset="isic2019_84px", origin="")
        for p in pictures
        if p.dataset == "isic_224" and p.image_id not in coarse
    ]
    return [*pictures, *copies]


class Sampler:
    """Draws the pictures of an epoch: by data set, then class, then picture."""

    def __init__(
        self,
        pictures: Sequence[Picture],
        seed: int,
        mixture: Mapping[str, float] = MIXTURE,
    ) -> None:
        self.pictures = with_coarse_copies([p for p in pictures if p.dataset in mixture])
        self.seed = seed
        present = {p.dataset for p in self.pictures}
        if not present:
            raise DataError("there are no pictures to train on")
        total = sum(mixture[d] for d in present)
        counts = Counter((p.dataset, p.dx) for p in self.pictures)
        tempered = {key: n**TEMPER for key, n in counts.items()}
        sums = {d: sum(v for (e, _), v in tempered.items() if e == d) for d in present}
        share = {key: v / sums[key[0]] for key, v in tempered.items()}
        self._probability = np.array(
            [
                mixture[p.dataset] / total * share[p.dataset, p.dx] / counts[p.dataset, p.dx]
                for p in self.pictures
            ]
        )
        drawn: dict[tuple[str, str], NDArray[np.float64]] = {}
        for p, probability in zip(self.pictures, self._probability, strict=True):
            part = drawn.setdefault((p.dataset, p.origin), np.zeros(len(CLASSES)))
            part += probability * label(p)
        self._priors = {
            key: np.log(np.maximum(part / max(part.sum(), 1e-12), RAREST))
            for key, part in drawn.items()
        }

    def epoch(self, epoch: int, length: int) -> list[Picture]:
        """The `length` pictures of an epoch, in order."""
        rng = np.random.default_rng([self.seed, epoch])
        # Evenly spaced marks on the cumulative probability: little chance in how often each is
        # drawn, yet every picture has its turn over the epochs.
        cumulative = np.cumsum(self._probability[order := rng.permutation(len(self.pictures))])
        marks = (np.arange(length) + rng.random()) / length * cumulative[-1]
        chosen = order[np.minimum(np.searchsorted(cumulative, marks), len(order) - 1)]
        return [self.pictures[i] for i in rng.permutation(chosen)]

    def log_prior(self, dataset: str, origin: str = "") -> NDArray[np.float64]:
        """(k,) log of the share of each class among the draws from one origin of a data set."""
        prior: NDArray[np.float64] = self._priors[dataset, origin]
        return prior
