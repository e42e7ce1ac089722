"""Features made by hand, as before deep learning: colour, texture and shape of a masked lesion."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.feature import graycomatrix, graycoprops, local_binary_pattern
from skimage.measure import label, regionprops

from ..data.datasets import DataError, Picture
from ..data.loader import read_rgb
from ..data.resample import centre_square, resample

Features = NDArray[np.float64]
Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SIDE = 128
LEVELS = 32
"""Grey levels of the co-occurrence matrix."""

GLCM = ("contrast", "dissimilarity", "homogeneity", "energy", "correlation")
MASK_FOLDERS = ("masks", "HAM10000_segmentations_lesion_tschandl")


def features(picture: Picture) -> Features:
    """(184,) features of one picture of HAM10000 and its lesion mask."""
    pixels = resample(centre_square(read_rgb(picture.path)), SIDE)
    return describe(pixels, read_mask(mask_path(picture)))


def mask_path(picture: Picture) -> Path:
    """The lesion mask beside a picture. Raises DataError where there is none."""
    for parent in picture.path.parents[:3]:
        for folder in MASK_FOLDERS:
            for name in (f"{picture.image_id}.png", f"{picture.image_id}_segmentation.png"):
                for path in (parent / folder / name, parent / folder / folder / name):
                    if path.is_file():
                        return path
    raise DataError(f"there is no lesion mask for {picture.image_id}")


def read_mask(path: Path) -> Mask:
    """(SIDE, SIDE), true inside the lesion."""
    mask = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise DataError(f"{path} cannot be read as a mask")
    square = np.ascontiguousarray(centre_square(np.asarray(mask, np.uint8)[:, :, None])[:, :, 0])
    return np.asarray(cv2.resize(square, (SIDE, SIDE), interpolation=cv2.INTER_NEAREST) > 127)


def describe(pixels: Pixels, mask: Mask) -> Features:
    """Features of an RGB picture (SIDE, SIDE, 3) with a mask (SIDE, SIDE).

    An empty mask stands for the whole picture.
    """
    if not mask.any():
        mask = np.ones_like(mask)
    return np.concatenate([_colour(pixels, mask), _texture(pixels, mask), _shape(mask)])


def _colour(pixels: Pixels, mask: Mask) -> Features:
    """Histograms in L*a*b* and HSV inside, L*a*b* around it; means, spreads, contrast to skin."""
    lab = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB), np.uint8)
    hsv = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV_FULL), np.uint8)
    inside, around = lab[mask], lab[~mask]
    if not len(around):
        around = inside
    parts = [_histogram(inside[:, k], 16) for k in range(3)]
    parts += [_histogram(hsv[mask][:, k], 16) for k in range(3)]
    parts += [_histogram(around[:, k], 8) for k in range(3)]
    means = inside.mean(axis=0)
    return np.concatenate([*parts, means, inside.std(axis=0), means - around.mean(axis=0)])


def _histogram(values: NDArray[np.uint8], bins: int) -> Features:
    counts = np.bincount(values // (256 // bins), minlength=bins)
    return np.asarray(counts / len(values), np.float64)


def _texture(pixels: Pixels, mask: Mask) -> Features:
    """Local binary patterns (Ojala et al., 2002) inside, co-occurrence (Haralick et al., 1973) of
    the lesion's box."""
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    parts = []
    for points, radius in ((8, 1), (16, 3)):
        patterns = local_binary_pattern(grey, points, radius, "uniform")[mask].astype(int)
        parts.append(np.bincount(patterns, minlength=points + 2) / len(patterns))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    box = grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] // (256 // LEVELS)
    angles = np.arange(4) * np.pi / 4
    matrix = graycomatrix(box, [1, 3], angles, LEVELS, symmetric=True, normed=True)
    parts += [graycoprops(matrix, name).mean(axis=1) for name in GLCM]
    return np.concatenate(parts)


def _shape(mask: Mask) -> Features:
    """Size, compactness, asymmetry and moments of the largest region."""
    regions = regionprops(label(mask))
    region = max(regions, key=lambda r: r.area)
    perimeter = max(1.0, region.perimeter)
    own = np.asarray(region.image)
    hu = np.asarray(region.moments_hu)
    return np.array(
        [
            region.area / mask.size,
            mask.mean(),
            len(regions),
            perimeter**2 / (4 * np.pi * region.area),
            region.eccentricity,
            region.solidity,
            region.extent,
            region.axis_minor_length / max(1.0, region.axis_major_length),
            (own ^ own[::-1]).sum() / region.area,
            (own ^ own[:, ::-1]).sum() / region.area,
            *(-np.sign(hu) * np.log10(np.maximum(np.abs(hu), 1e-12))),
        ]
    )
