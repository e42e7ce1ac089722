"""From files to the pixels that a network sees. Knows no Keras, so every backend is fed alike."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from .datasets import DataError, Picture
from .resample import as_the_app, centre_square, resample
from .taxonomy import BY_NAME, SIZE


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


def training_pixels(picture: Picture) -> NDArray[np.uint8]:
    """What training sees of a picture: read, cut, and as small as its data set says."""
    return smaller(read_picture(picture), BY_NAME[picture.dataset].side)


def smaller(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with a short side of at most `side` pixels."""
    height, width = picture.shape[:2]
    factor = side / min(height, width)
    if factor >= 1:
        return picture
    target = (round(width * factor), round(height * factor))
    return np.asarray(cv2.resize(picture, target, interpolation=cv2.INTER_AREA), dtype=np.uint8)
