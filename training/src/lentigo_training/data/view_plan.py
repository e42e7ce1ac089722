"""What one random view of a picture does to it, in numbers; `augment` and a graphics card do it.

A lesion has no upright position, so any rotation and mirroring goes. Colour and light differ from
one dermatoscope to the next; phones add blur, noise and compression. Every number comes from the
generator that is passed in, so one seed gives one plan.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .taxonomy import BY_NAME, DATA_SETS

Matrix = NDArray[np.float64]

LARGEST_VIEW = 1.12
"""Largest share of a picture's side that a view shows; its border is mirrored."""

BORDERLESS = (0.5, 0.68)
"""Share of the side in a view that has no corner outside of a circle over the whole side."""

COARSE = (56, 112)
"""Sides in pixels that a picture is made coarse to; below the second."""

COARSE_QUALITY = 85
"""JPEG quality of a picture that was made coarse, as of the pictures that came so."""

LUMA = np.array([0.299, 0.587, 0.114])


@dataclass(frozen=True)
class Strength:
    """How far the geometry goes: share of the picture's side that is seen, probability of making
    the picture coarse, and of showing it through a tube; without the tube the view then leaves out
    the border, where one would be."""

    smallest_view: float
    coarsen: float
    tube: float = 0.0


# Made coarse now and then, so that sharpness does not tell the source.
LESION = Strength(smallest_view=0.65, coarsen=0.25)

STRENGTHS: Mapping[str, Strength] = {
    d.name: Strength(d.smallest_view, d.coarsen, d.tube) for d in DATA_SETS
}
"""By data set."""


@dataclass(frozen=True)
class Geometry:
    """Pixel (x, y) of the view shows the place `matrix` (2, 2) @ (x, y) + `offset` (2,) of the
    picture, in its pixels; outside the picture is mirrored. Before, the picture is blurred by
    `blur` of its pixels (0: not), else fine structure would turn into noise."""

    matrix: Matrix
    offset: Matrix
    blur: float


@dataclass(frozen=True)
class Vignette:
    """Dark corners: `centre` (x, y) and radii in halves of the side, `depth` 0..1."""

    centre: tuple[float, float]
    edge: float
    softness: float
    depth: float


@dataclass(frozen=True)
class Appearance:
    """Colour and light, and what lens, sensor and file do to a view, in this order.

    `mix` (3, 3) is applied to each pixel, then `contrast` about the mean of the view, `brightness`
    in steps of 255 and `gamma`; `blur` is in pixels, `noise` a standard deviation in steps whose
    numbers come from `noise_seed`, `quality` that of JPEG. 0 or None: without.
    """

    mix: Matrix
    contrast: float
    brightness: float
    gamma: float
    vignette: Vignette | None
    blur: float
    noise: float
    noise_seed: int
    quality: int


@dataclass(frozen=True)
class ViewPlan:
    """A view: the picture is brought down to `coarse` pixels a side, seen through a tube of the
    diameter `tube` in sides of the picture (0: neither), and then changed."""

    coarse: int
    tube: float
    geometry: Geometry
    appearance: Appearance


def draw_view(
    shape: tuple[int, int],
    size: int,
    rng: np.random.Generator,
    strength: Strength = LESION,
    aspect: float = 1.0,
) -> ViewPlan:
    """A random view of `size` pixels a side of a picture of the shape (height, width).

    `aspect` is width over height before the picture was squashed to a square; 1 if it was not.
    """
    coarse = int(rng.integers(*COARSE)) if rng.random() < strength.coarsen else 0
    tube, views, shift = 0.0, (strength.smallest_view, LARGEST_VIEW), 1.0
    if strength.tube:
        if rng.random() < strength.tube:
            tube = float(rng.uniform(0.85, 1.05))
        else:
            views, shift = BORDERLESS, 0.2
    seen = (coarse, coarse) if coarse else shape
    geometry = draw_geometry(seen, size, rng, views, aspect, shift)
    return ViewPlan(coarse, tube, geometry, draw_appearance(size, rng))


def draw_view_of(dataset: str, shape: tuple[int, int], size: int, seed: Sequence[int]) -> ViewPlan:
    """A random view, as `draw_view`, of a picture of a data set; a seed gives always the same."""
    rng = np.random.default_rng(seed)
    return draw_view(shape, size, rng, STRENGTHS[dataset], BY_NAME[dataset].aspect)


def draw_geometry(
    shape: tuple[int, int],
    size: int,
    rng: np.random.Generator,
    views: tuple[float, float] = (LESION.smallest_view, LARGEST_VIEW),
    aspect: float = 1.0,
    shift: float = 1.0,
) -> Geometry:
    """Where a view lies: `views` are the smallest and largest share of the picture's side that it
    shows, `shift` how far off the centre it may lie (1: to the border)."""
    height, width = shape
    short = min(height, width)
    if aspect > 1:  # undo the squashing by about as much as it was
        aspect = float(rng.uniform(1 + 0.5 * (aspect - 1), 1 + 1.25 * (aspect - 1)))
    angle = rng.uniform(0, 2 * np.pi)
    view = float(np.exp(rng.uniform(*np.log(views))))
    stretch = float(np.exp(rng.uniform(-0.1, 0.1)))
    mirror = 1.0 if rng.random() < 0.5 else -1.0
    # From output pixels (centred, unit: one output pixel) to source pixels.
    scale = view * short / size
    cos, sin = np.cos(angle), np.sin(angle)
    rotation = np.array([[cos, -sin], [sin, cos]])
    matrix = rotation @ np.diag([mirror * stretch, 1 / stretch]) * scale
    matrix = np.diag([1 / aspect, 1.0]) @ matrix
    room = shift * (0.5 * max(0.0, 1 - view) + 0.05)
    centre = np.array([width, height]) / 2 + rng.uniform(-room, room, 2) * short
    offset = centre - 0.5 - matrix @ np.full(2, (size - 1) / 2)
    shrink = scale * 0.7
    return Geometry(matrix, offset, 0.45 * shrink if shrink > 1 else 0.0)


def draw_appearance(size: int, rng: np.random.Generator) -> Appearance:
    """What a view of `size` pixels a side looks like."""
    gains = np.exp(rng.normal(0, 0.05, 3) + rng.normal(0, 0.1))
    saturation = float(np.exp(rng.normal(0, 0.2)))
    turn = float(rng.normal(0, 0.04))
    grey = np.tile(LUMA, (3, 1))
    # A small turn about the grey axis (Rodrigues' formula to first order) shifts the hue.
    axis = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    mix = (saturation * np.eye(3) + (1 - saturation) * grey) @ (np.eye(3) + turn * axis)
    return Appearance(
        mix=np.diag(gains) @ mix,
        contrast=float(np.exp(rng.normal(0, 0.12))),
        brightness=float(rng.normal(0, 8)),
        gamma=float(np.exp(rng.normal(0, 0.12))),
        vignette=_vignette(rng) if rng.random() < 0.12 else None,
        blur=float(rng.uniform(0.4, max(0.5, 0.011 * size))) if rng.random() < 0.2 else 0.0,
        noise=float(rng.uniform(2, 10)) if rng.random() < 0.15 else 0.0,
        noise_seed=int(rng.integers(2**31)),
        quality=int(rng.integers(35, 92)) if rng.random() < 0.25 else 0,
    )


def _vignette(rng: np.random.Generator) -> Vignette:
    """Soft or, as through a dermatoscope's tube, nearly black."""
    x, y = rng.uniform(-0.15, 0.15, 2)
    return Vignette(
        centre=(float(x), float(y)),
        edge=float(rng.uniform(0.95, 1.3)),
        softness=float(rng.uniform(0.05, 0.5)),
        depth=float(rng.uniform(0.3, 1.0)),
    )
