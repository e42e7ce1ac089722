"""The decoder of the outline, and pictures that stay with their masks."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from lentigo_training.data.augment import augment_with_mask
from lentigo_training.networks import network, outline
from lentigo_training.packing.fold import fold


def test_attached_decoder_leaves_the_network_as_it_was(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    model = network.build(None)
    attached = outline.attach(model)
    inputs = np.random.default_rng(0).uniform(-1, 1, (1, 64, 96, 3)).astype(np.float32)
    before, after = model.predict_on_batch(inputs), attached.predict_on_batch(inputs)
    for name, values in before.items():
        assert np.array_equal(values, after[name])
    assert after["outline"].shape == (1, 16, 24, 1)

    outline.save(attached, tmp_path / "outline.weights.h5")
    again = outline.attach(model, tmp_path / "outline.weights.h5")
    assert np.allclose(again.predict_on_batch(inputs)["outline"], after["outline"], atol=1e-5)


def test_folded_outline_is_the_same() -> None:
    keras.utils.set_random_seed(2)
    model = outline.attach(network.build(None))
    rng = np.random.default_rng(3)
    for layer in outline.layers(model):
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    inputs = rng.uniform(-1, 1, (1, 224, 224, 3)).astype(np.float32)
    exact = model.predict_on_batch(inputs)["outline"]
    folded = fold(model).predict_on_batch(inputs)["outline"]
    assert np.abs(exact).max() > 0
    assert np.allclose(exact, folded, atol=1e-4 * np.abs(exact).max())


@pytest.mark.parametrize("coarser", [1, 2])
def test_mask_moves_with_its_picture(coarser: int) -> None:
    """Where the mask says lesion, the picture shows the blob's red, whatever was done to it."""
    rng = np.random.default_rng(5)
    picture = np.full((96, 128, 3), (90, 90, 90), np.uint8)
    picture[30:70, 40:90] = (250, 20, 20)
    mask = np.zeros((96, 128), np.uint8)
    mask[30:70, 40:90] = 255
    agreement = []
    for _ in range(20):
        view, moved = augment_with_mask(picture, mask[::coarser, ::coarser], 64, rng)
        assert view.shape == (64, 64, 3)
        assert moved.shape == (64, 64)
        red = view[:, :, 0].astype(int) - view[:, :, 1] > 60
        agreement.append(np.mean(red == (moved > 127)))
    assert np.mean(agreement) > 0.95


def test_masks_are_found_and_compared(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="PyTorch is not installed: the outline is not trained here")
    import cv2

    from lentigo_training.data.datasets import DataError, Picture
    from lentigo_training.fitting.outline_train import dice, read_mask

    path = tmp_path / "images" / "ISIC_1.jpg"
    picture = Picture(
        dataset="ham10000", image_id="ISIC_1", dx="nv", group="a", stratum="nv", path=path
    )
    with pytest.raises(DataError, match="mask"):
        read_mask(picture)
    (tmp_path / "masks").mkdir()
    truth = np.zeros((8, 8), np.uint8)
    truth[2:6, 2:6] = 1
    assert cv2.imwrite(str(tmp_path / "masks" / "ISIC_1.png"), truth)
    mask = read_mask(picture)
    assert set(np.unique(mask)) == {0, 255}
    inside = mask > 0
    assert dice(inside, inside) == 1
    assert dice(inside, ~inside) == 0
    half = inside.copy()
    half[:4] = False
    assert dice(inside, half) == pytest.approx(2 / 3)
    assert dice(np.zeros((2, 2), bool), np.zeros((2, 2), bool)) == 1
