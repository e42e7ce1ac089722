"""Batches of random views with their labels, epoch by epoch.

What an epoch shows is a pure function of (seed, epoch), and each picture's augmentation of
(seed, epoch, place): a run that was killed goes on exactly where it stopped.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .augment import make_view
from .datasets import Picture
from .loader import training_pixels
from .resample import scale_to_input
from .sampler import Sampler, label
from .taxonomy import CLASSES, DOMAINS, NO_LESION
from .view_plan import draw_view_of

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

MIX_SHARPNESS = 0.3
"""Both parameters of the beta distribution that mixed pictures are weighed by."""

AHEAD = 4
"""Batches that are begun before they are needed."""


@dataclass(frozen=True)
class Batch:
    """One batch.

    inputs (n, size, size, 3) in [-1, 1], an array or what the Views made; classes (n, k) one-hot
    or, for a mixed picture, the two shares, zero without a lesion;
    priors (n, k) log of the share with which each class is drawn from the picture's data set;
    domains (n, g) one-hot; has_class (n,) 1 or 0; copies (n,) place of each picture's turned copy
    in the whole batch, its own without one.
    """

    inputs: Any
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


class Views(Protocol):
    """Makes the inputs of a batch: on the processor (HOST) or on a graphics card."""

    def start(
        self, pictures: Sequence[Picture], seeds: Sequence[Sequence[int]], size: int
    ) -> Callable[[], Any]:
        """Begins a random view of each picture, seeded by `seeds`; the result waits for all and
        gives inputs (n, size, size, 3) in [-1, 1]."""

    def blend(self, inputs: Any, partners: Indices, weights: Floats) -> Any:
        """weights (n,) times the inputs, and the rest of their partners (n,), places in them."""

    def with_turned(self, inputs: Any, ways: Indices) -> Any:
        """The inputs, and behind them the first len(ways) once more: mirrored from left to right
        where the way is 4 or more, then turned counter-clockwise by way mod 4 quarters. Nothing is
        resampled."""


class HostViews:
    """Views by OpenCV in threads."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(os.cpu_count())

    def start(
        self, pictures: Sequence[Picture], seeds: Sequence[Sequence[int]], size: int
    ) -> Callable[[], Floats]:
        """See Views."""

        def view(picture: Picture, seed: Sequence[int]) -> NDArray[np.uint8]:
            pixels = training_pixels(picture)
            height, width = pixels.shape[:2]
            plan = draw_view_of(picture.dataset, (height, width), size, seed)
            return make_view(pixels, size, plan)

        futures = [self._pool.submit(view, *both) for both in zip(pictures, seeds, strict=True)]
        return lambda: scale_to_input(np.stack([f.result() for f in futures]))

    def blend(self, inputs: Floats, partners: Indices, weights: Floats) -> Floats:
        """See Views."""
        return blended(inputs, partners, weights)

    def with_turned(self, inputs: Floats, ways: Indices) -> Floats:
        """See Views."""
        turned = [
            np.rot90(view[:, ::-1] if way >= 4 else view, way % 4)
            for view, way in zip(inputs, ways, strict=False)
        ]
        return np.concatenate([inputs, np.stack(turned)]) if turned else inputs


HOST = HostViews()


def blended(values: Floats, partners: Indices, weights: Floats) -> Floats:
    """weights (n,) times the values (n, …), and the rest of their partners'."""
    own = weights.reshape(-1, *[1] * (values.ndim - 1))
    return np.asarray(own * values + (1 - own) * values[partners], np.float32)


def training_batches(
    sampler: Sampler,
    epoch: int,
    length: int,
    batch: int,
    size: int,
    start: int = 0,
    mixed: float = 0.0,
    turned: float = 0.0,
    part: Part = WHOLE,
    views: Views = HOST,
) -> Iterator[Batch]:
    """Augmented batches of one epoch from batch number `start` on, or a part of each; `mixed` of
    the pictures, 0..1, are blended with another of their data set; `turned` of each batch, 0..0.5,
    are turned copies of its first pictures, for which as many pictures of the epoch give way."""
    order = sampler.epoch(epoch, length)
    share = batch // part.count
    firsts = range(
        start * batch + part.index * share, length - batch + 1 + part.index * share, batch
    )
    copies = round(turned * share)

    def begun(span: range) -> Callable[[], Any]:
        seeds = [[sampler.seed, epoch, place] for place in span]
        return views.start([order[place] for place in span], seeds, size)

    places = [range(i, i + share - copies) for i in firsts]
    waiting = deque(begun(span) for span in places[:AHEAD])
    for number, span in enumerate(places):
        if number + AHEAD < len(places):
            waiting.append(begun(places[number + AHEAD]))
        pictures = [order[place] for place in span]
        whole = _batch(pictures, waiting.popleft()(), sampler)
        rng = np.random.default_rng([sampler.seed, epoch, span.start, 1])
        alike = [f"{p.dataset}/{p.origin}" for p in pictures]
        whole = mix(whole, alike, mixed, rng, views) if mixed else whole
        yield with_turned_copies(whole, copies, part.index * share, rng, views)


def with_turned_copies(
    batch: Batch, count: int, first: int, rng: np.random.Generator, views: Views = HOST
) -> Batch:
    """Adds copies of the first `count` pictures, each mirrored or turned by quarters in one of
    seven ways, so that a copy differs in nothing else. `first` is the place of the batch's first
    picture in the whole that several processes make."""
    size = len(batch.inputs)
    own = np.arange(size + count)
    own[:count], own[size:] = own[size:].copy(), own[:count].copy()
    taken = {
        name: np.concatenate([values := getattr(batch, name), values[:count]])
        for name in ("classes", "priors", "domains", "has_class")
    }
    inputs = views.with_turned(batch.inputs, rng.integers(1, 8, count))
    return Batch(inputs, **taken, copies=(first + own).astype(np.float32))


def mix(
    batch: Batch,
    alike: Sequence[str],
    share: float,
    rng: np.random.Generator,
    views: Views = HOST,
) -> Batch:
    """Blends `share` of the pictures with another (Zhang et al., mixup, arXiv:1710.09412).

    Only of pictures that `alike` (n,) gives one name: what is blended has the same prior and kind,
    and no source gives itself away by never being mixed with another.
    """
    names = np.array(alike)
    partners = np.arange(len(names))
    weights = np.ones(len(names), np.float32)
    for name in sorted(set(alike)):
        own = np.flatnonzero(names == name)
        for one, other in zip(own, rng.permutation(own), strict=True):
            if one != other and rng.random() < share:
                partners[one], weights[one] = other, rng.beta(MIX_SHARPNESS, MIX_SHARPNESS)
    inputs = views.blend(batch.inputs, partners, weights)
    return replace(batch, inputs=inputs, classes=blended(batch.classes, partners, weights))


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
