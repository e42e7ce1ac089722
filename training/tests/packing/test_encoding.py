"""Weights come back from the pack as they went in, as near as their encoding allows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from lentigo_training.packing.encoding import Encoding, best_scale, choose, decode, encode, join

VALUES = st.floats(-8, 8, width=32)
KERNELS = hnp.arrays(
    np.float32, hnp.array_shapes(min_dims=2, max_dims=4, max_side=6), elements=VALUES
)
SHAPES = hnp.array_shapes(max_dims=2, max_side=5)


@given(KERNELS)
def test_int8_is_within_a_step_per_channel(kernel: NDArray[np.float32]) -> None:
    encoded = encode("k", kernel, "int8")
    back = decode(encoded.spec, encoded.data)
    flat, error = kernel.reshape(-1, kernel.shape[-1]), np.abs(back - kernel)
    # The scale may cut the largest values off by up to 30 %, if that is better for the others.
    plain = np.abs(flat).max(axis=0) / 127
    squared = (error**2).reshape(-1, kernel.shape[-1]).sum(axis=0)
    simple = np.where(plain > 0, plain, 1)
    rounded = np.clip(np.rint(flat / simple), -127, 127) * simple
    limit = ((rounded - flat) ** 2).sum(axis=0)
    assert (squared <= limit * (1 + 1e-4) + 1e-9).all()
    assert len(encoded.data) == 4 * kernel.shape[-1] + kernel.size
    assert encoded.spec["channels"] == kernel.shape[-1]


@given(KERNELS)
def test_a_kernel_on_its_grid_comes_back_exactly(kernel: NDArray[np.float32]) -> None:
    scale = best_scale(kernel)
    steps = np.clip(np.rint(kernel / scale), -127, 127).astype(np.float32)
    encoded = encode("k", steps * scale, "int8", scale)
    assert np.array_equal(decode(encoded.spec, encoded.data), steps * scale)


@given(KERNELS)
def test_float32_and_float16(kernel: NDArray[np.float32]) -> None:
    exact = encode("k", kernel, "float32")
    assert np.array_equal(decode(exact.spec, exact.data), kernel)
    half = encode("k", kernel, "float16")
    assert np.allclose(decode(half.spec, half.data), kernel, rtol=2**-11, atol=1e-7)
    assert decode(half.spec, half.data).dtype == np.float32


@given(st.lists(hnp.arrays(np.int32, SHAPES, elements=st.integers(-9999, 9999)), max_size=6))
def test_joined_tensors_are_aligned_and_found_again(arrays: list[NDArray[np.int32]]) -> None:
    halves = [encode(f"h{i}", a.astype(np.float32), "float16") for i, a in enumerate(arrays)]
    whole = [encode(f"i{i}", a, "int32") for i, a in enumerate(arrays)]
    specs, blob = join([*halves, *whole])
    assert all(s["offset"] % 4 == 0 for s in specs)
    for spec, array in zip(specs[len(arrays) :], arrays, strict=True):
        data = blob[spec["offset"] : spec["offset"] + spec["bytes"]]
        assert np.array_equal(decode(spec, data), array)


@pytest.mark.parametrize(
    ("shape", "dtype", "encoding"),
    [
        ((1, 1, 320, 1280), "f4", "int8"),
        ((1, 1, 96, 24), "f4", "float16"),
        ((1280, 7), "f4", "float16"),
        ((3, 3, 960, 1), "f4", "float16"),
        ((3, 3, 3, 32), "f4", "float16"),
        ((960,), "f4", "float32"),
        ((4, 2), "i4", "int32"),
    ],
)
def test_choice(shape: tuple[int, ...], dtype: str, encoding: Encoding) -> None:
    assert choose(shape, np.dtype(dtype)) == encoding


@pytest.mark.parametrize("encoding", ["int8", "float16", "float32"])
def test_wrong_length_is_refused(encoding: Encoding) -> None:
    encoded = encode("k", np.ones((2, 3), np.float32), encoding)
    with pytest.raises(ValueError, match="k: "):
        decode(encoded.spec, encoded.data + b"\0\0\0\0")


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="float16 cannot hold"):
        encode("k", np.array([1e6], np.float32), "float16")
    with pytest.raises(ValueError, match="float32 cannot hold"):
        encode("k", np.array([np.nan], np.float32), "float32")
