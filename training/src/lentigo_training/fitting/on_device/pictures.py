"""All training pictures in the memory of a device, as bytes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ...data.datasets import Picture
from ...data.loader import training_pixels
from ...data.taxonomy import BY_NAME
from ...data.view_plan import COARSE
from .tensors import mirrored

Key = tuple[Path, tuple[int, int, int] | None, int]


class StoredPictures:
    """Decoded once, made as small as their data set says, one behind the other in one tensor.

    26,000 pictures of 320 pixels a side take 8 GB.
    """

    def __init__(self, pictures: Sequence[Picture], device: torch.device) -> None:
        unique = {_key(p): p for p in pictures}
        with ThreadPoolExecutor() as pool:
            pixels = list(pool.map(training_pixels, unique.values()))
        self._places = {key: place for place, key in enumerate(unique)}
        self._shapes = np.array([p.shape[:2] for p in pixels])
        sizes = np.array([p.size for p in pixels])
        self._starts = torch.from_numpy(np.cumsum(sizes) - sizes).to(device)
        self._bytes = torch.from_numpy(np.concatenate([p.ravel() for p in pixels])).to(device)
        self._sides = torch.from_numpy(self._shapes).to(device)

    def places(self, pictures: Sequence[Picture]) -> list[int]:
        """Where the pictures are stored."""
        return [self._places[_key(p)] for p in pictures]

    def shape(self, place: int) -> tuple[int, int]:
        """(height, width) of a stored picture."""
        height, width = self._shapes[place]
        return int(height), int(width)

    def take(self, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Pictures (n, 3, s, s) float32 in 0..255 and their (n, 2) heights and widths.

        s is the longest side of them all, or what they may be made coarse to. What lies outside of
        a picture is its mirror image.
        """
        chosen = torch.as_tensor(places, device=self._bytes.device)
        sides = self._sides[chosen]
        longest = max(int(self._shapes[list(places)].max()), COARSE[1])
        along = torch.arange(longest, device=self._bytes.device)
        rows = mirrored(along[None, :], sides[:, :1])
        columns = mirrored(along[None, :], sides[:, 1:])
        pixel = rows[:, :, None] * sides[:, 1, None, None] + columns[:, None, :]
        first = self._starts[chosen][:, None, None] + 3 * pixel
        channels = [self._bytes[first + channel] for channel in range(3)]
        return torch.stack(channels, dim=1).float(), sides


def _key(picture: Picture) -> Key:
    return picture.path, picture.crop, BY_NAME[picture.dataset].side
