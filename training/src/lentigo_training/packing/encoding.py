"""How weights lie in the pack: int8 with a scale per output channel, float16, float32, int32."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Encoding = Literal["int8", "float16", "float32", "int32"]
ALIGNMENT = 4

WORTH_ROUNDING = 20_000
"""Values from which on a kernel is held in eight bits: all smaller ones together are 70 kB."""

SMALLEST = 1e-20
"""A channel with no larger weight counts as zero: its scale would not fit a float32."""


@dataclass(frozen=True)
class Encoded:
    """One tensor: its entry in model.json (without offset and bytes) and its bytes."""

    spec: dict[str, Any]
    data: bytes


def choose(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Encoding:
    """The encoding of a weight by its shape.

    Large pointwise (1, 1, in, out) kernels are most of the bytes and bear eight bits with a scale
    per output channel. Depthwise and first kernels do not, and small ones need not.
    """
    if dtype.kind in "iu":
        return "int32"
    if len(shape) in (2, 4):
        pointwise = len(shape) == 2 or shape[:2] == (1, 1)
        return "int8" if pointwise and np.prod(shape) >= WORTH_ROUNDING else "float16"
    return "float32"


def encode(
    name: str,
    array: NDArray[Any],
    encoding: Encoding,
    scale: NDArray[np.float32] | None = None,
) -> Encoded:
    """Encodes one tensor, little endian; int8 takes the last axis as the channel.

    int8 is symmetric, -127 to 127, with `scale` (channels,) or else that of `best_scale`. Raises
    ValueError for values that the encoding cannot hold.
    """
    spec: dict[str, Any] = {
        "name": name,
        "shape": list(array.shape),
        "dtype": "int32" if encoding == "int32" else "float32",
        "encoding": encoding,
    }
    if encoding == "int8":
        scale = best_scale(array) if scale is None else scale
        steps = np.clip(np.rint(array / scale), -127, 127).astype(np.int8)
        spec["channels"] = int(array.shape[-1])
        return Encoded(spec, scale.astype("<f4").tobytes() + steps.tobytes())
    types: dict[Encoding, str] = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}
    with np.errstate(over="ignore"):
        stored = array.astype(types[encoding])
    if not np.isfinite(stored).all():
        raise ValueError(f"{name} has values that {encoding} cannot hold")
    return Encoded(spec, stored.tobytes())


def best_scale(array: NDArray[Any]) -> NDArray[np.float32]:
    """(channels,) float32 scale of each channel of the last axis; 1/127 for a channel of zeros.

    It is the one of a few candidates up to max / 127 with the smallest squared error.
    """
    flat = array.reshape(-1, array.shape[-1]).astype(np.float64)
    top = np.abs(flat).max(axis=0)
    largest = np.where(top > SMALLEST, top, 1.0) / 127
    best, least = largest, np.full(len(largest), np.inf)
    for share in np.linspace(1.0, 0.7, 16):
        scale = (largest * share).astype(np.float32).astype(np.float64)
        error = ((np.clip(np.rint(flat / scale), -127, 127) * scale - flat) ** 2).sum(axis=0)
        best, least = np.where(error < least, scale, best), np.minimum(error, least)
    return best.astype(np.float32)


def decode(spec: dict[str, Any], data: bytes) -> NDArray[Any]:
    """The tensor of an entry of model.json as the app decodes it: float32 or int32.

    `data` are the entry's bytes. Raises ValueError where their number is wrong.
    """
    shape = tuple(spec["shape"])
    count = int(np.prod(shape, dtype=np.int64))
    if spec["encoding"] == "int8":
        channels = spec["channels"]
        if len(data) != 4 * channels + count:
            raise ValueError(f"{spec['name']}: {len(data)} bytes for shape {shape}")
        scale = np.frombuffer(data, "<f4", channels)
        steps = np.frombuffer(data, np.int8, count, 4 * channels).reshape(shape)
        decoded: NDArray[np.float32] = steps.astype(np.float32) * scale
        return decoded
    types = {"float16": "<f2", "float32": "<f4", "int32": "<i4"}
    array = np.frombuffer(data, types[spec["encoding"]])
    if array.size != count:
        raise ValueError(f"{spec['name']}: {len(data)} bytes for shape {shape}")
    return np.asarray(array.reshape(shape), dtype=spec["dtype"])


def join(tensors: Iterable[Encoded]) -> tuple[list[dict[str, Any]], bytes]:
    """Entries with offset and bytes, and weights.bin; each tensor starts at a multiple of 4."""
    specs, blob = [], bytearray()
    for tensor in tensors:
        blob.extend(bytes(-len(blob) % ALIGNMENT))
        specs.append({**tensor.spec, "offset": len(blob), "bytes": len(tensor.data)})
        blob.extend(tensor.data)
    return specs, bytes(blob)
