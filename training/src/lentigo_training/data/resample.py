"""Resampling "lentigo-area-1": the integer arithmetic that the app uses too, bit for bit.

Separable; horizontal first, then vertical. Per output pixel the weights are integers that sum to
2^14: an area average where the picture shrinks, linear interpolation where it grows.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

ONE = 1 << 14
"""Sum of the weights of one output pixel."""


@lru_cache(maxsize=512)
def weights(side: int, size: int) -> NDArray[np.float64]:
    """Weights from `side` source to `size` output pixels: integers in float64, (size, side).

    They stand in float64 because BLAS multiplies that fast and exactly: every sum stays far
    below 2^53.
    """
    matrix = np.zeros((size, side), np.int64)
    index = np.arange(size, dtype=np.int64)
    if side >= size:
        # In units of 1/size of a source pixel, output i covers [i * side, (i + 1) * side).
        ends = (np.arange(side, dtype=np.int64) + 1) * size
        start = index[:, None] * side
        covered = np.clip(ends[None, :], start, start + side) - start
        rounded = (covered * ONE + side // 2) // side
        matrix[:] = np.diff(rounded, axis=1, prepend=0)
    else:
        numerator = (2 * index + 1) * side - size
        denominator = 2 * size
        first = numerator // denominator
        remainder = numerator - first * denominator
        second_weight = (remainder * ONE + size) // denominator
        np.add.at(matrix, (index, np.clip(first, 0, side - 1)), ONE - second_weight)
        np.add.at(matrix, (index, np.clip(first + 1, 0, side - 1)), second_weight)
    result = matrix.astype(np.float64)
    result.setflags(write=False)
    return result


def resample(square: NDArray[np.uint8], size: int = 224) -> NDArray[np.uint8]:
    """Resamples a square RGB picture (side, side, 3) uint8 to (size, size, 3) uint8.

    Raises ValueError for a picture that is not a square of three channels.
    """
    side = square.shape[0]
    if square.ndim != 3 or square.shape != (side, side, 3) or side < 1:
        raise ValueError(f"a square RGB picture is needed, not {square.shape}")
    matrix = weights(side, size)
    # One matrix product a pass: (size, columns) @ (columns, rows * 3), then (size, rows) @
    # (rows, size * 3). The first one's sums stay below 2^24, which float32 holds exactly.
    columns = square.transpose(1, 0, 2).reshape(side, side * 3).astype(np.float32)
    sums = matrix.astype(np.float32) @ columns
    horizontal = np.floor((sums.astype(np.float64) + 32) / 64).reshape(size, side, 3)
    flat = matrix @ horizontal.transpose(1, 0, 2).reshape(side, size * 3)
    vertical = np.floor((flat + (1 << 21)) / (1 << 22))
    return vertical.reshape(size, size, 3).astype(np.uint8)


def centre_square(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The default frame: the centred square of the short side of a (height, width, 3) picture."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return picture[top : top + side, left : left + side]


APP_SIDE = 224
"""Side of the crop from which the app reads everything else, too."""


def as_the_app(square: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """What a network of the app sees of a square: the app's crop, made smaller once more where the
    network takes fewer pixels."""
    crop = resample(square, APP_SIDE)
    return crop if size == APP_SIDE else resample(crop, size)


def network_input(picture: NDArray[np.uint8], size: int = 224) -> NDArray[np.float32]:
    """What the network gets of an RGB picture of any shape: (size, size, 3) float32 in [-1, 1]."""
    return scale_to_input(resample(centre_square(picture), size))


def scale_to_input(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Bytes to the network's range: v / 127.5 - 1."""
    return pixels.astype(np.float32) / np.float32(127.5) - np.float32(1)
