"""From lists of pictures to batches of arrays. Knows no Keras, so every backend is fed alike.

What an epoch shows is a pure function of (seed, epoch), and each picture's augmentation of
(seed, epoch, place): a run that was killed goes on exactly where it stopped.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .augment import COARSE_LESION, LESION, NON_LESION, augment
from .datasets import DataError, Picture
from .resample import centre_square, resample, scale_to_input
from .taxonomy import BY_NAME, CLASSES, DOMAINS, NO_LESION

Floats = NDArray[np.float32]

MIXTURE: Mapping[str, float] = {
    "ham10000": 0.46,
    "isic2019_84px": 0.22,
    "isic2018_task1": 0.14,
    "pad_ufes20": 0.1,
    "non_lesion": 0.08,
}
"""Share of each data set in what an epoch shows."""

TEMPER = 0.5
"""Within a data set a class is drawn in proportion to (its pictures) ** TEMPER."""

RAREST = 0.004
"""Lower bound of a class's assumed share, for classes that a data set does not have."""

MIX_SHARPNESS = 0.3
"""Both parameters of the beta distribution that mixed pictures are weighed by."""

LARGEST_SIDE = 320
"""Published pictures are larger than training needs; they are made smaller on reading."""


@dataclass(frozen=True)
class Batch:
    """One batch.

    inputs (n, size, size, 3) in [-1, 1]; classes (n, 7) one-hot or, for a mixed picture, the two
    shares, zero without a lesion;
    priors (n, 7) log of the share with which each class is drawn from the picture's data set;
    domains (n, 3) one-hot; has_class (n,) 1 or 0.
    """

    inputs: Floats
    classes: Floats
    priors: Floats
    domains: Floats
    has_class: Floats


@dataclass(frozen=True)
class Part:
    """Which of equal parts of every batch a process makes; the whole where it is the only one."""

    index: int = 0
    count: int = 1


WHOLE = Part()


def read_rgb(path: Path) -> NDArray[np.uint8]:
    """Decodes a picture to (height, width, 3) uint8 RGB (OpenCV, libjpeg-turbo for JPEG).

    Raises DataError if it cannot be decoded.
    """
    pixels = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if pixels is None:
        raise DataError(f"{path} cannot be read as a picture")
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB), dtype=np.uint8)


class Sampler:
    """Draws the pictures of an epoch: by data set, then class, then picture."""

    def __init__(
        self,
        pictures: Sequence[Picture],
        seed: int,
        mixture: Mapping[str, float] = MIXTURE,
    ) -> None:
        self.pictures = list(pictures)
        self.seed = seed
        present = {p.dataset for p in self.pictures}
        if not present:
            raise DataError("there are no pictures to train on")
        total = sum(mixture[d] for d in present)
        counts: dict[tuple[str, str], int] = {}
        for p in self.pictures:
            counts[p.dataset, p.dx] = counts.get((p.dataset, p.dx), 0) + 1
        tempered = {key: n**TEMPER for key, n in counts.items()}
        sums = {d: sum(v for (e, _), v in tempered.items() if e == d) for d in present}
        share = {key: v / sums[key[0]] for key, v in tempered.items()}
        self._probability = np.array(
            [
                mixture[p.dataset] / total * share[p.dataset, p.dx] / counts[p.dataset, p.dx]
                for p in self.pictures
            ]
        )
        self._priors = {
            d: np.log(np.maximum([share.get((d, c), 0.0) for c in CLASSES], RAREST))
            for d in present
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

    def log_prior(self, dataset: str) -> NDArray[np.float64]:
        """(7,) log of the share of each class among the draws from a data set."""
        return self._priors[dataset]


def training_batches(
    sampler: Sampler,
    epoch: int,
    length: int,
    batch: int,
    size: int,
    start: int = 0,
    threads: int = 2,
    mixed: float = 0.0,
    part: Part = WHOLE,
) -> Iterator[Batch]:
    """Augmented batches of one epoch from batch number `start` on, or a part of each; `mixed` of
    the pictures, 0..1, are blended with another of their data set."""
    order = sampler.epoch(epoch, length)

    def view(place: int) -> NDArray[np.uint8]:
        picture = order[place]
        rng = np.random.default_rng([sampler.seed, epoch, place])
        dataset = BY_NAME[picture.dataset]
        if picture.dx == NO_LESION:
            strength = NON_LESION
        else:
            strength = COARSE_LESION if dataset.aspect > 1 else LESION
        return augment(_smaller(read_rgb(picture.path)), size, rng, strength, dataset.aspect)

    share = batch // part.count
    firsts = range(
        start * batch + part.index * share, length - batch + 1 + part.index * share, batch
    )
    places = [range(i, i + share) for i in firsts]
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque([pool.submit(view, p) for p in span] for span in places[:4])
        for number, span in enumerate(places):
            if number + 4 < len(places):
                waiting.append([pool.submit(view, p) for p in places[number + 4]])
            pixels = np.stack([f.result() for f in waiting.popleft()])
            pictures = [order[p] for p in span]
            whole = _batch(pictures, scale_to_input(pixels), sampler)
            rng = np.random.default_rng([sampler.seed, epoch, span.start, 1])
            yield mix(whole, [p.dataset for p in pictures], mixed, rng) if mixed else whole


def mix(batch: Batch, datasets: Sequence[str], share: float, rng: np.random.Generator) -> Batch:
    """Blends `share` of the pictures with another (Zhang et al., mixup, arXiv:1710.09412).

    Only within a data set: what is blended has the same prior and kind, and no source gives
    itself away by never being mixed with another.
    """
    names = np.array(datasets)
    inputs, classes = batch.inputs.copy(), batch.classes.copy()
    for name in sorted(set(datasets)):
        own = np.flatnonzero(names == name)
        for one, other in zip(own, rng.permutation(own), strict=True):
            if one == other or rng.random() >= share:
                continue
            weight = np.float32(rng.beta(MIX_SHARPNESS, MIX_SHARPNESS))
            for mixed, plain in ((inputs, batch.inputs), (classes, batch.classes)):
                mixed[one] = weight * plain[one] + (1 - weight) * plain[other]
    return replace(batch, inputs=inputs, classes=classes)


def evaluation_pixels(
    pictures: Sequence[Picture], size: int = 224, threads: int = 2
) -> NDArray[np.uint8]:
    """Pictures as the app sees them: centre square, lentigo-area-1; (n, size, size, 3) uint8."""
    with ThreadPoolExecutor(threads) as pool:
        rows = pool.map(lambda p: resample(centre_square(read_rgb(p.path)), size), pictures)
        result = np.empty((len(pictures), size, size, 3), np.uint8)
        for i, row in enumerate(rows):
            result[i] = row
    return result


def _smaller(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    factor = LARGEST_SIDE / min(height, width)
    if factor >= 1:
        return picture
    target = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(picture, target, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _batch(pictures: Sequence[Picture], inputs: Floats, sampler: Sampler) -> Batch:
    classes = np.zeros((len(pictures), len(CLASSES)), np.float32)
    domains = np.zeros((len(pictures), len(DOMAINS)), np.float32)
    for i, picture in enumerate(pictures):
        if picture.dx != NO_LESION:
            classes[i, CLASSES.index(picture.dx)] = 1
        domains[i, DOMAINS.index(picture.domain)] = 1
    priors = np.stack([sampler.log_prior(p.dataset) for p in pictures]).astype(np.float32)
    return Batch(inputs, classes, priors, domains, classes.sum(axis=1))
