"""Makes the random views that `view_plan` draws, with OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from .view_plan import (
    COARSE_QUALITY,
    Appearance,
    Geometry,
    ViewPlan,
    Vignette,
    draw_appearance,
    draw_geometry,
)

Pixels = NDArray[np.uint8]

cv2.setNumThreads(1)  # the loader's threads are the parallelism


def make_view(picture: Pixels, size: int, plan: ViewPlan) -> Pixels:
    """The planned view (size, size, 3) uint8 of an RGB picture (height, width, 3) uint8."""
    if plan.coarse:
        picture = coarsened(picture, plan.coarse)
    if plan.tube:
        picture = through_tube(picture, plan.tube)
    return _shown(_placed(picture, size, plan.geometry), plan.appearance)


def augment_with_mask(
    picture: Pixels, mask: Pixels, size: int, rng: np.random.Generator
) -> tuple[Pixels, Pixels]:
    """One random view (size, size, 3) of a picture and the same view (size, size) of its mask.

    `mask` (h, w) uint8 shows the same cut as the picture, at any scale, and is 0 outside and 255
    inside; the view has values between at the border.
    """
    height, width = picture.shape[:2]
    if mask.shape != picture.shape[:2]:
        mask = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR))
    geometry = draw_geometry((height, width), size, rng)
    view = _placed(np.dstack([picture, mask]), size, geometry)
    pixels = np.ascontiguousarray(view[:, :, :3])
    return _shown(pixels, draw_appearance(size, rng)), view[:, :, 3].copy()


def coarsened(picture: Pixels, side: int) -> Pixels:
    """Throws away detail: down to `side` pixels and, like the real ones, through JPEG."""
    small = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
    return _jpeg(_bytes(small), COARSE_QUALITY)


def through_tube(picture: Pixels, diameter: float) -> Pixels:
    """The picture (height, width, 3) black outside of an ellipse whose axes are `diameter` times
    its sides, with a soft edge."""
    height, width = picture.shape[:2]
    x, y = np.linspace(-1, 1, width), np.linspace(-1, 1, height)
    radius = np.hypot(x[None, :], y[:, None]) / diameter
    return _bytes(picture * np.clip((1.03 - radius) / 0.06, 0, 1)[:, :, None])


def _placed(picture: Pixels, size: int, geometry: Geometry) -> Pixels:
    if geometry.blur:
        picture = _bytes(cv2.GaussianBlur(picture, (0, 0), geometry.blur))
    return _bytes(
        cv2.warpAffine(
            picture,
            np.column_stack([geometry.matrix, geometry.offset]),
            (size, size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REFLECT_101,
        )
    )


def _shown(view: Pixels, look: Appearance) -> Pixels:
    mean = look.mix @ view.reshape(-1, 3).mean(axis=0)
    shift = (1 - look.contrast) * mean + look.brightness
    mixed = _bytes(cv2.transform(view, np.column_stack([look.contrast * look.mix, shift])))
    table = (255 * (np.arange(256) / 255) ** look.gamma + 0.5).astype(np.uint8)
    view = _bytes(cv2.LUT(mixed, table))
    if look.vignette:
        view = _bytes(view * _light(look.vignette, len(view))[:, :, None])
    if look.blur:
        view = _bytes(cv2.GaussianBlur(view, (0, 0), look.blur))
    if look.noise:
        noise = np.random.default_rng(look.noise_seed).normal(0, look.noise, view.shape)
        view = np.clip(view + noise, 0, 255).astype(np.uint8)
    return _jpeg(view, look.quality) if look.quality else view


def _light(vignette: Vignette, size: int) -> NDArray[np.float64]:
    """(size, size) factors on the light."""
    axis = np.linspace(-1, 1, size)
    x, y = vignette.centre
    radius = np.hypot(axis[None, :] - x, axis[:, None] - y)
    dark = (radius - vignette.edge + vignette.softness / 2) / vignette.softness
    return np.asarray(1 - vignette.depth * np.clip(dark, 0, 1))


def _jpeg(picture: Pixels, quality: int) -> Pixels:
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    assert decoded is not None  # it was encoded right here
    return _bytes(cv2.cvtColor(decoded, cv2.COLOR_BGR2RGB))


def _bytes(picture: NDArray[np.generic]) -> Pixels:
    return np.asarray(picture, dtype=np.uint8)
