"""Clinics of the learning study: what is written belongs together."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np

from lentigo_training.data.datasets import Picture
from lentigo_training.packing.clinics import Clinic, darker_and_warmer, write

from ..conftest import made_picture, write_picture


def test_a_clinic_holds_what_the_network_says_of_its_pictures(tmp_path: Path) -> None:
    inputs = keras.Input((224, 224, 3))
    embedding = keras.layers.GlobalAveragePooling2D()(inputs)
    model = keras.Model(inputs, {"embedding": embedding})
    first = Picture("ham10000", "a", "nv", "lesion a", "nv", tmp_path / "a.png")
    second = replace(first, image_id="b", dx="mel", group="lesion b", path=tmp_path / "b.png")
    write_picture(first.path, 1)
    write_picture(second.path, 2)
    if keras.backend.backend() == "torch":  # its faster twin knows the whole network only
        return
    write(tmp_path, Clinic("made", [first], [second]), model)
    described = json.loads((tmp_path / "made.json").read_text())
    assert described == {
        "dx": ["mel", "nv"],
        "group": ["lesion b", "lesion a"],
        "phone": False,
        "testOnly": [False, True],
    }
    found = np.fromfile(tmp_path / "made.f32", "<f4").reshape(2, 3)
    expected = made_picture(1).mean(axis=(0, 1)) / 127.5 - 1
    assert np.allclose(found[1], expected, atol=0.02)


def test_another_camera_is_darker_and_sees_less_blue() -> None:
    given = made_picture(3)
    seen = darker_and_warmer(given)
    assert seen.shape == given.shape
    assert (seen <= given).all()
    loss = given.mean(axis=(0, 1)) - seen.mean(axis=(0, 1))
    assert loss[2] > loss[1] > loss[0] > 0
