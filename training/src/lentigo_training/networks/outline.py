"""The outline of the lesion: a light decoder on the backbone's own feature maps.

Four maps of the network, from 7x7 to 56x56, are brought to one width, added from the coarsest to
the finest (Lin et al., feature pyramids, arXiv:1612.03144) and read as one logit a place. The
backbone stays as it is, so the classes do not change and one forward pass serves both.
"""

from __future__ import annotations

from pathlib import Path

import keras

from .network import NORM_MOMENTUM

TAPS = ("block_16_project_BN", "block_12_add", "block_5_add", "block_2_add")
"""Layers of the backbone that the decoder reads: 7x7, 14x14, 28x28 and 56x56 of a 224x224 input."""

WIDTH = 48
SIDE_DIVISOR = 4
"""The input's side over the outline's."""


def attach(model: keras.Model, weights: Path | None = None) -> keras.Model:
    """The network with one output more: `outline` (n, s / 4, s / 4, 1), logits of being lesion.

    Shares the layers of `model`. `weights` is a file of `save`; without it the decoder is new.
    """
    coarse = None
    for number, tap in enumerate(TAPS):
        lateral = _convolved(model.get_layer(tap).output, f"outline_{number}_lateral", relu=False)
        if coarse is not None:
            name = f"outline_{number}_up"
            coarse = keras.layers.UpSampling2D(2, interpolation="bilinear", name=name)(coarse)
            lateral = keras.layers.Add(name=f"outline_{number}_add")([coarse, lateral])
        coarse = _smoothed(lateral, f"outline_{number}")
    logits = keras.layers.Conv2D(1, 1, name="outline")(coarse)
    attached = keras.Model(model.input, {**model.output, "outline": logits}, name="lentigo")
    if weights is not None:
        decoder(attached).load_weights(str(weights))
    return attached


def decoder(model: keras.Model) -> keras.Model:
    """The decoder alone, from the four maps to the outline; shares the layers of `model`."""
    taps = [model.get_layer(tap).output for tap in TAPS]
    return keras.Model(taps, model.output["outline"], name="outline")


def save(model: keras.Model, path: Path) -> None:
    """Writes the decoder's weights, to a name that ends in `.weights.h5`."""
    decoder(model).save_weights(path)


def layers(model: keras.Model) -> list[keras.layers.Layer]:
    """The decoder's layers."""
    return [layer for layer in model.layers if layer.name.startswith("outline")]


def _convolved(tensor: keras.KerasTensor, name: str, relu: bool) -> keras.KerasTensor:
    tensor = keras.layers.Conv2D(WIDTH, 1, use_bias=False, name=name)(tensor)
    return _normed(tensor, name, relu)


def _smoothed(tensor: keras.KerasTensor, name: str) -> keras.KerasTensor:
    """A depthwise separable convolution, which smooths the enlarged map."""
    name = f"{name}_smooth"
    tensor = keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False, name=name)(tensor)
    return _convolved(_normed(tensor, name, relu=True), f"{name}_mix", relu=True)


def _normed(tensor: keras.KerasTensor, name: str, relu: bool) -> keras.KerasTensor:
    norm = keras.layers.BatchNormalization(momentum=NORM_MOMENTUM, epsilon=1e-3, name=f"{name}_BN")
    tensor = norm(tensor)
    return keras.layers.ReLU(6.0, name=f"{name}_relu")(tensor) if relu else tensor
