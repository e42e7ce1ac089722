"""The views that `data.view_plan` draws, made on a device for a whole batch at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...data.datasets import Picture
from ...data.sampler import with_coarse_copies
from ...data.view_plan import COARSE_QUALITY, Appearance, ViewPlan, draw_view_of
from ...networks.torch_twin import device
from . import tensors
from .pictures import StoredPictures

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


class DeviceViews:
    """See `data.batches.Views`; inputs are float32 tensors on the device.

    Draws the same numbers as the processor's views, in a thread, while the device is busy.
    """

    def __init__(self, pictures: Sequence[Picture], where: torch.device) -> None:
        self.device = where
        self._stored = StoredPictures(pictures, where)
        self._pool = ThreadPoolExecutor(1)

    def start(
        self, pictures: Sequence[Picture], seeds: Sequence[Sequence[int]], size: int
    ) -> Callable[[], Tensor]:
        """See Views."""
        places = self._stored.places(pictures)

        def drawn() -> list[ViewPlan]:
            return [
                draw_view_of(picture.dataset, self._stored.shape(place), size, seed)
                for picture, place, seed in zip(pictures, places, seeds, strict=True)
            ]

        plans = self._pool.submit(drawn)

        def made() -> Tensor:
            views = make_views(*self._stored.take(places), size, plans.result())
            return (views / 127.5 - 1).permute(0, 2, 3, 1)

        return made

    def blend(self, inputs: Tensor, partners: Indices, weights: Floats) -> Tensor:
        """See Views."""
        own = torch.as_tensor(weights, device=self.device)[:, None, None, None]
        return own * inputs + (1 - own) * inputs[torch.as_tensor(partners, device=self.device)]

    def with_turned(self, inputs: Tensor, ways: Indices) -> Tensor:
        """See Views."""
        turned = [
            torch.rot90(view.flip(1) if way >= 4 else view, way % 4)
            for view, way in zip(inputs, ways.tolist(), strict=False)
        ]
        return torch.cat([inputs, torch.stack(turned)]) if turned else inputs


def views_on_device(pictures: Sequence[Picture]) -> DeviceViews:
    """Of training pictures, on the device where twins compute.

    Raises ValueError for another backend than PyTorch.
    """
    if keras.backend.backend() != "torch":
        raise ValueError("--on-device needs PyTorch: set KERAS_BACKEND=torch")
    return DeviceViews(with_coarse_copies(pictures), device())


def make_views(pictures: Tensor, sides: Tensor, size: int, plans: Sequence[ViewPlan]) -> Tensor:
    """(n, 3, size, size) in whole steps, 0..255: the planned view of each picture (n, 3, s, s),
    which fills the top left (n, 2) `sides` of the tensor and is mirrored outside."""
    device = pictures.device
    pictures, sides = pictures.clone(), sides.clone()
    if coarse := [i for i, plan in enumerate(plans) if plan.coarse]:
        targets = [plans[i].coarse for i in coarse]
        small = tensors.shrunk(pictures[coarse], sides[coarse], targets)
        sides[coarse] = torch.tensor(targets, device=device)[:, None].expand(-1, 2)
        pictures[coarse] = _spread(small, sides[coarse], pictures.shape[2:])
    if tubes := [i for i, plan in enumerate(plans) if plan.tube]:
        diameters = [plans[i].tube for i in tubes]
        pictures[tubes] *= _tube(sides[tubes], diameters, pictures.shape[2:])
        pictures[tubes] = pictures[tubes].floor()
    geometry = [plan.geometry for plan in plans]
    if blurry := [i for i, g in enumerate(geometry) if g.blur]:
        pictures[blurry] = tensors.blurred(pictures[blurry], [geometry[i].blur for i in blurry])
    matrix = _stacked([g.matrix for g in geometry], device)
    offset = _stacked([g.offset for g in geometry], device)
    views = tensors.sampled(pictures, sides, matrix, offset, size)
    return _shown(views, [plan.appearance for plan in plans])


def _spread(small: Tensor, sides: Tensor, shape: Sequence[int]) -> Tensor:
    """Small pictures (n, 3, t, t), read from a JPEG file, in tensors of (height, width) `shape`,
    mirrored outside."""
    # A file's blocks beyond the border repeat the border.
    full = -(-small.shape[2] // 16) * 16
    along = torch.arange(full, device=small.device)[None, :]
    rows, columns = (torch.minimum(along, sides[:, i : i + 1] - 1) for i in (0, 1))
    read = tensors.through_jpeg(_picked(small, rows, columns), [COARSE_QUALITY] * len(small))
    rows, columns = (
        tensors.mirrored(torch.arange(length, device=small.device)[None, :], sides[:, i : i + 1])
        for i, length in enumerate(shape)
    )
    return _picked(read, rows, columns)


def _picked(pictures: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """(n, 3, h, w): these rows (n, h) and columns (n, w) of each picture."""
    each = torch.arange(len(pictures), device=pictures.device)[:, None, None]
    return pictures[each, :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def _tube(sides: Tensor, diameters: Sequence[float], shape: Sequence[int]) -> Tensor:
    """(n, 1, height, width) factors on the light, as `data.augment.through_tube` has them."""
    height, width = shape
    ends = (sides - 1).clamp(min=1)[:, :, None]
    y = torch.arange(height, device=sides.device) * 2 / ends[:, 0] - 1
    x = torch.arange(width, device=sides.device) * 2 / ends[:, 1] - 1
    diameter = torch.tensor(diameters, device=sides.device)[:, None, None]
    radius = torch.hypot(x[:, None, :], y[:, :, None]) / diameter
    return ((1.03 - radius) / 0.06).clamp(0, 1)[:, None]


def _shown(views: Tensor, looks: Sequence[Appearance]) -> Tensor:
    device = views.device
    column = (-1, 1, 1, 1)
    mix = _stacked([look.mix for look in looks], device)
    contrast = _stacked([look.contrast for look in looks], device).reshape(column)
    brightness = _stacked([look.brightness for look in looks], device).reshape(column)
    gamma = _stacked([look.gamma for look in looks], device).reshape(column)
    mixed = torch.einsum("noc,nchw->nohw", mix, views)
    mean = mixed.mean((2, 3), keepdim=True)
    views = (contrast * mixed + (1 - contrast) * mean + brightness).round().clamp(0, 255)
    views = (255 * (views / 255) ** gamma + 0.5).floor()
    if dark := [i for i, look in enumerate(looks) if look.vignette]:
        views[dark] = (views[dark] * _light([looks[i] for i in dark], views)).floor()
    if blurry := [i for i, look in enumerate(looks) if look.blur]:
        views[blurry] = tensors.blurred(views[blurry], [looks[i].blur for i in blurry])
    for i, look in enumerate(looks):
        if look.noise:
            generator = torch.Generator(device).manual_seed(look.noise_seed)
            noise = torch.randn(views.shape[1:], generator=generator, device=device)
            views[i] = (views[i] + look.noise * noise).clamp(0, 255).floor()
    if filed := [i for i, look in enumerate(looks) if look.quality]:
        qualities = [looks[i].quality for i in filed]
        views[filed] = tensors.through_jpeg(views[filed], qualities)
    return views


def _light(looks: Sequence[Appearance], views: Tensor) -> Tensor:
    """(n, 1, size, size) factors on the light of vignettes."""
    vignettes = [look.vignette for look in looks if look.vignette]
    numbers = [(*v.centre, v.edge, v.softness, v.depth) for v in vignettes]
    table = torch.tensor(numbers, device=views.device)
    x, y, edge, softness, depth = (table[:, i, None, None] for i in range(5))
    axis = torch.linspace(-1, 1, views.shape[2], device=views.device)
    radius = torch.hypot(axis[None, None, :] - x, axis[None, :, None] - y)
    dark = ((radius - edge + softness / 2) / softness).clamp(0, 1)
    return (1 - depth * dark)[:, None]


def _stacked(values: Sequence[NDArray[np.float64] | float], device: torch.device) -> Tensor:
    return torch.tensor(np.array(values), dtype=torch.float32, device=device)
