"""What OpenCV does to one picture, done to a batch of tensors; each picture has its own numbers.

Pictures are (n, 3, h, w) float32 that hold whole steps, 0..255, as OpenCV's bytes do.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional


def mirrored(place: Tensor, side: Tensor) -> Tensor:
    """The pixel (0 to side - 1) that a position outside mirrors to: dcb|abcd|cba, at any distance.

    For whole and fractional places.
    """
    period = (2 * (side - 1)).clamp(min=1)
    folded = place.remainder(period)
    return torch.minimum(folded, period - folded).clamp(min=0)


def blurred(pictures: Tensor, sigmas: Sequence[float]) -> Tensor:
    """Gaussian blur with a standard deviation in pixels for each picture, above 0."""
    sigma = torch.tensor(sigmas, device=pictures.device)[:, None]
    # As far as OpenCV goes for bytes: three standard deviations, rounded.
    reach = ((6 * sigma + 1).round().int() | 1) // 2
    far = int(max(round(6 * s + 1) | 1 for s in sigmas)) // 2
    along = torch.arange(-far, far + 1, device=pictures.device)[None, :]
    kernel = torch.exp(-0.5 * (along / sigma) ** 2) * (along.abs() <= reach)
    kernel = (kernel / kernel.sum(1, keepdim=True)).repeat_interleave(3, 0)
    count, _, height, width = pictures.shape
    flat = pictures.reshape(1, 3 * count, height, width)
    padded = functional.pad(flat, (far, far, far, far), mode="reflect")
    across = functional.conv2d(padded, kernel[:, None, None, :], groups=3 * count)
    down = functional.conv2d(across, kernel[:, None, :, None], groups=3 * count)
    return down.reshape(pictures.shape).round()


def sampled(pictures: Tensor, sides: Tensor, matrix: Tensor, offset: Tensor, size: int) -> Tensor:
    """(n, 3, size, size): pixel (x, y) shows the place matrix (n, 2, 2) @ (x, y) + offset (n, 2) of
    the picture, which fills the top left (n, 2) `sides` of the tensor and is mirrored outside."""
    along = torch.arange(size, device=pictures.device, dtype=torch.float32)
    y, x = torch.meshgrid(along, along, indexing="ij")
    places = torch.stack([x, y], dim=-1) @ matrix[:, None].transpose(2, 3) + offset[:, None, None]
    inside = mirrored(places, sides.flip(1)[:, None, None].float())
    height, width = pictures.shape[2:]
    ends = torch.tensor([width - 1, height - 1], device=pictures.device).clamp(min=1)
    grid = inside / ends * 2 - 1
    return functional.grid_sample(pictures, grid, align_corners=True).round()


def shrunk(pictures: Tensor, sides: Tensor, targets: Sequence[int]) -> Tensor:
    """(n, 3, t, t), t the largest target: each picture as a square of its target side, by area, at
    the top left."""
    largest = max(targets)
    target = torch.tensor(targets, device=pictures.device)
    rows = _area_weights(sides[:, 0], target, pictures.shape[2], largest)
    columns = _area_weights(sides[:, 1], target, pictures.shape[3], largest)
    return (rows[:, None] @ pictures @ columns[:, None].transpose(2, 3)).round()


def _area_weights(side: Tensor, target: Tensor, longest: int, largest: int) -> Tensor:
    """(n, largest, longest): how much of each output pixel the source pixels cover."""
    scale = (side / target)[:, None, None]
    start = torch.arange(largest, device=side.device)[None, :, None] * scale
    pixel = torch.arange(longest, device=side.device)[None, None, :]
    covered = torch.minimum(start + scale, pixel + 1) - torch.maximum(start, pixel)
    return covered.clamp(min=0) / scale


LUMINANCE = (
    (16, 11, 10, 16, 24, 40, 51, 61),
    (12, 12, 14, 19, 26, 58, 60, 55),
    (14, 13, 16, 24, 40, 57, 69, 56),
    (14, 17, 22, 29, 51, 87, 80, 62),
    (18, 22, 37, 56, 68, 109, 103, 77),
    (24, 35, 55, 64, 81, 104, 113, 92),
    (49, 64, 78, 87, 103, 121, 120, 101),
    (72, 92, 95, 98, 112, 100, 103, 99),
)
"""Table K.1 of ITU-T T.81."""

CHROMINANCE = (
    (17, 18, 24, 47, 99, 99, 99, 99),
    (18, 21, 26, 66, 99, 99, 99, 99),
    (24, 26, 56, 99, 99, 99, 99, 99),
    (47, 66, 99, 99, 99, 99, 99, 99),
    *[(99,) * 8] * 4,
)
"""Table K.2 of ITU-T T.81."""

# Y, Cb and Cr of R, G and B (JFIF); the way back is the inverse.
_TO_YCC = np.array(
    [
        [0.299, 0.587, 0.114],
        [-0.168735892, -0.331264108, 0.5],
        [0.5, -0.418687589, -0.081312411],
    ]
)


def through_jpeg(pictures: Tensor, qualities: Sequence[int]) -> Tensor:
    """What is left of pictures (n, 3, h, w) after a JPEG file of that quality, chroma at half the
    side, as libjpeg writes and reads it but for rounding."""
    height, width = pictures.shape[2:]
    pad = (0, -width % 16, 0, -height % 16)
    padded = functional.pad(pictures, pad, mode="replicate")
    to_ycc = torch.tensor(_TO_YCC, dtype=torch.float32, device=pictures.device)
    ycc = torch.einsum("oc,nchw->nohw", to_ycc, padded)
    luma = _rounded_in_blocks(ycc[:, :1] - 128, qualities, LUMINANCE)
    small = functional.avg_pool2d(ycc[:, 1:], 2)
    small = _rounded_in_blocks(small, qualities, CHROMINANCE)
    chroma = functional.interpolate(small, scale_factor=2.0, mode="bilinear")
    back = torch.tensor(np.linalg.inv(_TO_YCC), dtype=torch.float32, device=pictures.device)
    rgb = torch.einsum("oc,nchw->nohw", back, torch.cat([luma + 128, chroma], dim=1))
    return rgb[:, :, :height, :width].round().clamp(0, 255)


def _rounded_in_blocks(
    planes: Tensor, qualities: Sequence[int], table: Sequence[Sequence[int]]
) -> Tensor:
    """Planes (n, c, h, w) about 0 whose blocks of 8 by 8 have lost what the table rounds away."""
    count, channels, height, width = planes.shape
    blocks = planes.reshape(count, channels, height // 8, 8, width // 8, 8).transpose(3, 4)
    dct = _dct(planes.device)
    steps = torch.tensor(
        np.stack([_steps(table, q) for q in qualities]), dtype=torch.float32, device=planes.device
    )[:, None, None, None]
    kept = (dct @ blocks @ dct.T / steps).round() * steps
    plain = dct.T @ kept @ dct
    return plain.transpose(3, 4).reshape(planes.shape)


def _steps(table: Sequence[Sequence[int]], quality: int) -> NDArray[np.int64]:
    """(8, 8) the table at a quality of 1 to 100, as libjpeg scales it."""
    percent = 5000 // quality if quality < 50 else 200 - 2 * quality
    return np.asarray(np.clip((np.array(table) * percent + 50) // 100, 1, 255))


def _dct(device: torch.device) -> Tensor:
    """(8, 8) the orthonormal cosine transform of eight numbers."""
    k, x = np.mgrid[0:8, 0:8]
    matrix = np.cos((2 * x + 1) * k * np.pi / 16) / 2
    matrix[0] /= np.sqrt(2)
    return torch.tensor(matrix, dtype=torch.float32, device=device)
