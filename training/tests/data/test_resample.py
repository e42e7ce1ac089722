"""The resampling against the shared golden vectors, a plain reference, and its own properties."""

from __future__ import annotations

import base64
import hashlib
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lentigo_training.data.resample import (
    ONE,
    as_the_app,
    centre_square,
    network_input,
    resample,
    weights,
)
from lentigo_training.packing import golden

from ..conftest import REPOSITORY

VECTORS = json.loads((REPOSITORY / "src/image/testdata/resample-golden.json").read_text())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: str(v["side"]))
def test_golden_vectors(vector: dict[str, object]) -> None:
    side = vector["side"]
    assert isinstance(side, int)
    if "rgb" in vector:
        data = np.frombuffer(base64.b64decode(str(vector["rgb"])), np.uint8)
        square = data.reshape(side, side, 3)
    else:
        assert vector["formula"] == "quadratic"
        square = golden.quadratic(side)
    output = resample(square).tobytes()
    assert list(output[:24]) == vector["row0"]
    assert hashlib.sha256(output).hexdigest() == vector["sha256"]


def plain_weights(s: int, n: int, i: int) -> list[int]:
    """The weights of output pixel i, in Python integers, word for word as they are defined."""
    result = [0] * s
    if s >= n:
        total = 0
        for k in range(s):
            overlap = max(0, min((k + 1) * n, (i + 1) * s) - max(k * n, i * s))
            before = (total * 16384 + s // 2) // s
            total += overlap
            result[k] = (total * 16384 + s // 2) // s - before
    else:
        num, den = (2 * i + 1) * s - n, 2 * n
        k0 = num // den
        w1 = ((num - k0 * den) * 16384 + n) // den
        result[min(max(k0, 0), s - 1)] += 16384 - w1
        result[min(max(k0 + 1, 0), s - 1)] += w1
    return result


@given(st.integers(1, 700), st.sampled_from([1, 7, 64, 224]), st.data())
def test_weights_are_as_defined(side: int, size: int, data: st.DataObject) -> None:
    i = data.draw(st.integers(0, size - 1))
    assert weights(side, size)[i].tolist() == plain_weights(side, size, i)


@given(st.integers(1, 1500), st.sampled_from([32, 224]))
def test_weights_sum_to_one_and_are_not_negative(side: int, size: int) -> None:
    matrix = weights(side, size)
    assert (matrix >= 0).all()
    assert (matrix.sum(axis=1) == ONE).all()


@given(st.integers(1, 300), st.integers(0, 255))
@settings(max_examples=30)
def test_a_flat_picture_stays_flat(side: int, value: int) -> None:
    assert (resample(np.full((side, side, 3), value, np.uint8), 32) == value).all()


def test_the_same_size_changes_nothing() -> None:
    square = golden.quadratic(224)
    assert np.array_equal(resample(square), square)


@given(st.integers(2, 60), st.integers(0, 2**32 - 1))
@settings(max_examples=30)
def test_mirroring_commutes_with_enlarging_by_a_whole_factor(side: int, seed: int) -> None:
    square = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    size = side * 2
    straight = resample(square, size).astype(int)
    mirrored = resample(np.ascontiguousarray(square[:, ::-1]), size)[:, ::-1].astype(int)
    assert np.abs(straight - mirrored).max() <= 1  # rounding has a direction


@pytest.mark.parametrize("shape", [(3, 4, 3), (4, 4), (4, 4, 4), (0, 0, 3)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="square RGB"):
        resample(np.zeros(shape, np.uint8))


@given(st.integers(1, 40), st.integers(1, 40))
def test_centre_square(height: int, width: int) -> None:
    columns: NDArray[np.uint8] = np.arange(width, dtype=np.uint8)
    picture = np.broadcast_to(columns[None, :, None], (height, width, 3))
    square = centre_square(picture)
    side = min(height, width)
    assert square.shape == (side, side, 3)
    assert square[0, 0, 0] == (width - side) // 2


def test_network_input_range() -> None:
    black_and_white = np.zeros((10, 14, 3), np.uint8)
    black_and_white[5:] = 255
    values = network_input(black_and_white)
    assert values.shape == (224, 224, 3)
    assert values.dtype == np.float32
    assert values.min() == -1
    assert values.max() == 1


@pytest.mark.parametrize("side", [32, 130, 300])
def test_a_smaller_network_sees_the_crop_of_the_app_made_smaller(side: int) -> None:
    """`networkInput` of the app does the same; in one step, other bytes would come out."""
    square = np.random.default_rng(side).integers(0, 256, (side, side, 3), np.uint8)
    assert np.array_equal(as_the_app(square, 224), resample(square, 224))
    assert np.array_equal(as_the_app(square, 160), resample(resample(square, 224), 160))
    assert not np.array_equal(as_the_app(square, 160), resample(square, 160))
