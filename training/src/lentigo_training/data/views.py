"""Views of a picture: the eight of careful reading, and those that a reading should not depend on.

A picture is decoded once; a view is a square of the network's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .augment import coarsened, through_tube
from .datasets import Picture
from .loader import read_picture
from .resample import as_the_app, centre_square
from .taxonomy import SIZE

Pixels = NDArray[np.uint8]

CAREFUL = 8
"""The first views: number v is mirrored left to right where v ≥ 4, then turned v mod 4 quarters
clockwise. Number 0 is the picture as it is."""

CROP = 0.9
"""Share of the side that a crop keeps."""

CROPS = ((0.5, 0.5), (0.0, 0.0), (1.0, 1.0))
"""Where the crops lie: 0 at the top or left, 1 at the bottom or right."""

LIGHT = (0.9, 1.1)
"""Factors on the bytes."""

_CROPS_END = CAREFUL + len(CROPS)
COUNT = _CROPS_END + len(LIGHT)

KINDS = MappingProxyType(
    {
        "flips": (4, 6),
        "turns": (1, 2, 3),
        "crops": tuple(range(CAREFUL, _CROPS_END)),
        "light": tuple(range(_CROPS_END, COUNT)),
    }
)
"""Views that change a picture in one way only. View 6 is the picture mirrored top to bottom."""


Look = Callable[[Pixels], Pixels]
"""Changes a square picture."""

CHUNK = 64
"""Pictures whose views are held at a time."""


def equalised(square: Pixels) -> Pixels:
    """The square as coarse as the coarsest source (84 pixels) and seen through a tube.

    What is left of a difference between two sources is not sharpness and not a dark border.
    """
    return through_tube(coarsened(square, 84), 0.95)


def turned(square: Pixels) -> Pixels:
    """(8, size, size, 3): the views of careful reading."""
    mirrored = square[:, ::-1]
    return np.stack([np.rot90(s, -k) for s in (square, mirrored) for k in range(4)])


def views(square: Pixels, size: int = SIZE) -> Pixels:
    """(COUNT, size, size, 3): all views of a square picture (side, side, 3)."""
    plain = as_the_app(square, size)
    side = len(square)
    kept = round(CROP * side)
    crops = []
    for down, right in CROPS:
        top, left = round(down * (side - kept)), round(right * (side - kept))
        crops.append(as_the_app(square[top : top + kept, left : left + kept], size))
    lights = [np.minimum(plain * factor + 0.5, 255).astype(np.uint8) for factor in LIGHT]
    return np.concatenate([turned(plain), np.stack(crops), np.stack(lights)])


def view_batches(
    pictures: Sequence[Picture],
    chunk: int = CHUNK,
    size: int = SIZE,
    threads: int = 2,
    count: int = COUNT,
    look: Look | None = None,
) -> Iterator[Pixels]:
    """(at most chunk, count, size, size, 3) of all pictures, in order: the first `count` views.

    `look` is applied to each square first.
    """

    def made(picture: Picture) -> Pixels:
        square = centre_square(read_picture(picture))
        seen = look(square) if look else square
        # The first eight need no other resampling, which is what takes time.
        every = turned(as_the_app(seen, size)) if count <= CAREFUL else views(seen, size)
        return every[:count]

    with ThreadPoolExecutor(threads) as pool:
        for start in range(0, len(pictures), chunk):
            part = pictures[start : start + chunk]
            yield np.stack(list(pool.map(made, part)))
