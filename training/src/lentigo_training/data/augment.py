"""Augmentation: what dermatoscopes, phones and hands do to a picture of a lesion.

A lesion has no upright position, so any rotation and mirroring goes. Colour and light differ from
one dermatoscope to the next; phones add blur, noise and compression. Everything comes from the
generator that is passed in, so one seed gives one picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from .taxonomy import DATA_SETS

Pixels = NDArray[np.uint8]

cv2.setNumThreads(1)  # the loader's threads are the parallelism

LARGEST_VIEW = 1.12
"""Largest share of a picture's side that a view shows; its border is mirrored."""


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

BORDERLESS = (0.5, 0.68)
"""Share of the side in a view that has no corner outside of a circle over the whole side."""


def augment(
    picture: Pixels,
    size: int,
    rng: np.random.Generator,
    strength: Strength = LESION,
    aspect: float = 1.0,
) -> Pixels:
    """One random view (size, size, 3) uint8 of an RGB picture (height, width, 3) uint8.

    `aspect` is width over height before the picture was squashed to a square; 1 if it was not.
    """
    if rng.random() < strength.coarsen:
        picture = coarsened(picture, int(rng.integers(56, 112)))
    views, shift = (strength.smallest_view, LARGEST_VIEW), 1.0
    if strength.tube:
        if rng.random() < strength.tube:
            picture = through_tube(picture, float(rng.uniform(0.85, 1.05)))
        else:
            views, shift = BORDERLESS, 0.2
    return _appearance(_geometry(picture, size, rng, views, aspect, shift), rng)


def through_tube(picture: Pixels, diameter: float) -> Pixels:
    """The picture (height, width, 3) black outside of an ellipse whose axes are `diameter` times
    its sides, with a soft edge."""
    height, width = picture.shape[:2]
    x, y = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    radius = np.hypot(x[None, :], y[:, None]) / diameter
    return _bytes(picture * np.clip((1.03 - radius) / 0.06, 0, 1)[:, :, None])


def augment_with_mask(
    picture: Pixels, mask: Pixels, size: int, rng: np.random.Generator
) -> tuple[Pixels, Pixels]:
    """One random view (size, size, 3) of a picture and the same view (size, size) of its mask.

    `mask` (h, w) uint8 shows the same cut as the picture, at any scale, and is 0 outside and 255
    inside; the view has values between at the border.
    """
    views = (LESION.smallest_view, LARGEST_VIEW)
    if mask.shape != picture.shape[:2]:
        height, width = picture.shape[:2]
        mask = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR))
    view = _geometry(np.dstack([picture, mask]), size, rng, views, 1.0)
    return _appearance(np.ascontiguousarray(view[:, :, :3]), rng), view[:, :, 3].copy()


def _appearance(view: Pixels, rng: np.random.Generator) -> Pixels:
    """Colour and light, and what lens, sensor and file do to a picture."""
    view = _colour(view, rng)
    if rng.random() < 0.12:
        view = _vignette(view, rng)
    if rng.random() < 0.2:
        sigma = float(rng.uniform(0.4, max(0.5, 0.011 * len(view))))
        view = _bytes(cv2.GaussianBlur(view, (0, 0), sigma))
    if rng.random() < 0.15:
        noise = rng.normal(0, rng.uniform(2, 10), view.shape)
        view = np.clip(view + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.25:
        view = _jpeg(view, int(rng.integers(35, 92)))
    return view


def _bytes(picture: NDArray[np.generic]) -> Pixels:
    return np.asarray(picture, dtype=np.uint8)


def coarsened(picture: Pixels, side: int) -> Pixels:
    """Throws away detail: down to `side` pixels and, like the real ones, through JPEG."""
    return _jpeg(_bytes(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)), 85)


def _geometry(
    picture: Pixels,
    size: int,
    rng: np.random.Generator,
    views: tuple[float, float],
    aspect: float,
    shift: float = 1.0,
) -> Pixels:
    height, width = picture.shape[:2]
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
    if shrink > 1:  # an average before sampling, else fine structure turns into noise
        picture = _bytes(cv2.GaussianBlur(picture, (0, 0), 0.45 * shrink))
    return _bytes(
        cv2.warpAffine(
            picture,
            np.column_stack([matrix, offset]),
            (size, size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        )
    )


def _colour(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """White balance, saturation, hue, contrast, brightness and gamma in one pass."""
    gains = np.exp(rng.normal(0, 0.05, 3) + rng.normal(0, 0.1))
    saturation = float(np.exp(rng.normal(0, 0.2)))
    turn = float(rng.normal(0, 0.04))
    luma = np.array([0.299, 0.587, 0.114])
    grey = np.tile(luma, (3, 1))
    # A small turn about the grey axis (Rodrigues' formula to first order) shifts the hue.
    axis = np.array([[0, -1, 1], [1, 0, -1], [-1, 1, 0]]) / np.sqrt(3)
    mix = (saturation * np.eye(3) + (1 - saturation) * grey) @ (np.eye(3) + turn * axis)
    mix = np.diag(gains) @ mix
    contrast = float(np.exp(rng.normal(0, 0.12)))
    mean = mix @ picture.reshape(-1, 3).mean(axis=0)
    shift = (1 - contrast) * mean + rng.normal(0, 8)
    matrix = np.column_stack([contrast * mix, shift])
    mixed = _bytes(cv2.transform(picture, matrix))
    gamma = float(np.exp(rng.normal(0, 0.12)))
    table = (255 * (np.arange(256) / 255) ** gamma + 0.5).astype(np.uint8)
    return _bytes(cv2.LUT(mixed, table))


def _vignette(picture: Pixels, rng: np.random.Generator) -> Pixels:
    """Dark corners, soft or (as through a dermatoscope's tube) nearly black."""
    size = picture.shape[0]
    axis = np.linspace(-1, 1, size)
    cx, cy = rng.uniform(-0.15, 0.15, 2)
    radius = np.hypot(axis[None, :] - cx, axis[:, None] - cy)
    edge, softness = rng.uniform(0.95, 1.3), rng.uniform(0.05, 0.5)
    depth = rng.uniform(0.3, 1.0)
    light = 1 - depth * np.clip((radius - edge + softness / 2) / softness, 0, 1)
    return _bytes(picture * light[:, :, None])


def _jpeg(picture: Pixels, quality: int) -> Pixels:
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None  # it was encoded right here
    return _bytes(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB))
