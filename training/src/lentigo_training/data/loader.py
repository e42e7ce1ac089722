"""From lists of pictures to batches of arrays. Knows no Keras, so every backend is fed alike.

What an epoch shows is a pure function of (seed, epoch), and each picture's augmentation of
(seed, epoch, place): a run that was killed goes on exactly where it stopped.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .augment import STRENGTHS, augment
from .datasets import DataError, Picture
from .resample import as_the_app, centre_square, resample, scale_to_input
from .taxonomy import BY_NAME, CLASSES, DATA_SETS, DOMAINS, NO_LESION, SIZE, TASK

Floats = NDArray[np.float32]

MIXTURE: Mapping[str, float] = {d.name: d.share for d in DATA_SETS if d.share}
"""Share of each data set in what an epoch shows; others are not trained on."""

TEMPER = 0.5
"""Within a data set a class is drawn in proportion to (its pictures) ** TEMPER."""

RAREST = 0.004
"""Lower bound of a class's assumed share, for classes that a data set does not have."""

MIX_SHARPNESS = 0.3
"""Both parameters of the beta distribution that mixed pictures are weighed by."""


@dataclass(frozen=True)
class Batch:
    """One batch.

    inputs (n, size, size, 3) in [-1, 1]; classes (n, k) one-hot or, for a mixed picture, the two
    shares, zero without a lesion;
    priors (n, k) log of the share with which each class is drawn from the picture's data set;
    domains (n, g) one-hot; has_class (n,) 1 or 0; copies (n,) place of each picture's turned copy
    in the whole batch, its own without one.
    """

    inputs: Floats
    classes: Floats
    priors: Floats
    domains: Floats
    has_class: Floats
    copies: Floats


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


def read_picture(picture: Picture) -> NDArray[np.uint8]:
    """As `read_rgb`, and cut to the picture's crop."""
    pixels = read_rgb(picture.path)
    if picture.crop is None:
        return pixels
    left, top, side = picture.crop
    cut = pixels[max(top, 0) : top + side, max(left, 0) : left + side]
    if not cut.size:
        raise DataError(f"the crop of {picture.path} lies outside of it")
    return cut


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


def training_batches(
    sampler: Sampler,
    epoch: int,
    length: int,
    batch: int,
    size: int,
    start: int = 0,
    threads: int = 2,
    mixed: float = 0.0,
    turned: float = 0.0,
    part: Part = WHOLE,
) -> Iterator[Batch]:
    """Augmented batches of one epoch from batch number `start` on, or a part of each; `mixed` of
    the pictures, 0..1, are blended with another of their data set; `turned` of each batch, 0..0.5,
    are turned copies of its first pictures, for which as many pictures of the epoch give way."""
    order = sampler.epoch(epoch, length)

    def view(place: int) -> NDArray[np.uint8]:
        picture = order[place]
        rng = np.random.default_rng([sampler.seed, epoch, place])
        dataset = BY_NAME[picture.dataset]
        pixels = smaller(read_picture(picture), dataset.side)
        return augment(pixels, size, rng, STRENGTHS[picture.dataset], dataset.aspect)

    share = batch // part.count
    firsts = range(
        start * batch + part.index * share, length - batch + 1 + part.index * share, batch
    )
    copies = round(turned * share)
    places = [range(i, i + share - copies) for i in firsts]
    with ThreadPoolExecutor(threads) as pool:
        waiting = deque([pool.submit(view, p) for p in span] for span in places[:4])
        for number, span in enumerate(places):
            if number + 4 < len(places):
                waiting.append([pool.submit(view, p) for p in places[number + 4]])
            pixels = np.stack([f.result() for f in waiting.popleft()])
            pictures = [order[p] for p in span]
            whole = _batch(pictures, scale_to_input(pixels), sampler)
            rng = np.random.default_rng([sampler.seed, epoch, span.start, 1])
            alike = [f"{p.dataset}/{p.origin}" for p in pictures]
            whole = mix(whole, alike, mixed, rng) if mixed else whole
            yield with_turned_copies(whole, copies, part.index * share, rng)


def with_turned_copies(batch: Batch, count: int, first: int, rng: np.random.Generator) -> Batch:
    """Adds copies of the first `count` pictures, each mirrored or turned by quarters in one of
    seven ways: nothing is resampled, so a copy differs in nothing else. `first` is the place of the
    batch's first picture in the whole that several processes make."""
    size = len(batch.inputs)
    turned = batch.inputs[:count].copy()
    for view, way in zip(turned, rng.integers(1, 8, count), strict=True):
        view[:] = np.rot90(view[:, ::-1] if way >= 4 else view, way % 4).copy()
    own = np.arange(size + count)
    own[:count], own[size:] = own[size:].copy(), own[:count].copy()
    taken = {
        name: np.concatenate([values := getattr(batch, name), values[:count]])
        for name in ("classes", "priors", "domains", "has_class")
    }
    inputs = np.concatenate([batch.inputs, turned])
    return Batch(inputs, **taken, copies=(first + own).astype(np.float32))


def mix(batch: Batch, alike: Sequence[str], share: float, rng: np.random.Generator) -> Batch:
    """Blends `share` of the pictures with another (Zhang et al., mixup, arXiv:1710.09412).

    Only of pictures that `alike` (n,) gives one name: what is blended has the same prior and kind,
    and no source gives itself away by never being mixed with another.
    """
    names = np.array(alike)
    inputs, classes = batch.inputs.copy(), batch.classes.copy()
    for name in sorted(set(alike)):
        own = np.flatnonzero(names == name)
        for one, other in zip(own, rng.permutation(own), strict=True):
            if one == other or rng.random() >= share:
                continue
            weight = np.float32(rng.beta(MIX_SHARPNESS, MIX_SHARPNESS))
            for mixed, plain in ((inputs, batch.inputs), (classes, batch.classes)):
                mixed[one] = weight * plain[one] + (1 - weight) * plain[other]
    return replace(batch, inputs=inputs, classes=classes)


def evaluation_pixels(
    pictures: Sequence[Picture], size: int = SIZE, threads: int = 2
) -> NDArray[np.uint8]:
    """Pictures as the app sees them: centre square, lentigo-area-1; (n, size, size, 3) uint8.

    A size that is not the task's is no network's of the app: it is reached in one step.
    """
    made = as_the_app if size == SIZE else resample
    with ThreadPoolExecutor(threads) as pool:
        rows = pool.map(lambda p: made(centre_square(read_picture(p)), size), pictures)
        result = np.empty((len(pictures), size, size, 3), np.uint8)
        for i, row in enumerate(rows):
            result[i] = row
    return result


def smaller(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with a short side of at most `side` pixels."""
    height, width = picture.shape[:2]
    factor = side / min(height, width)
    if factor >= 1:
        return picture
    target = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(picture, target, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _batch(pictures: Sequence[Picture], inputs: Floats, sampler: Sampler) -> Batch:
    classes = np.zeros((len(pictures), len(CLASSES)), np.float32)
    domains = np.zeros((len(pictures), len(DOMAINS)), np.float32)
    for i, picture in enumerate(pictures):
        classes[i] = label(picture)
        domains[i, DOMAINS.index(picture.domain)] = 1
    priors = np.stack([sampler.log_prior(p.dataset, p.origin) for p in pictures]).astype(np.float32)
    has_class = np.array([p.dx != NO_LESION for p in pictures], np.float32)
    places = np.arange(len(pictures), dtype=np.float32)
    return Batch(inputs, classes, priors, domains, has_class, places)
