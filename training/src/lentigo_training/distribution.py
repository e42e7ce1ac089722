"""Data-parallel training on all devices of a machine, by Keras on JAX."""

from __future__ import annotations

import keras


def distribute(batch: int) -> int:
    """Shares out every batch of `batch` pictures over the devices; returns their number.

    To be called before the network is built, whose weights then lie on every device. Raises
    ValueError for another backend than JAX or a batch that the devices cannot share evenly.
    """
    if keras.backend.backend() != "jax":
        raise ValueError("--distribute needs JAX: set KERAS_BACKEND=jax")
    devices = keras.distribution.list_devices()
    if batch % len(devices):
        raise ValueError(f"a batch of {batch} cannot be shared evenly by {len(devices)} devices")
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices))
    return len(devices)
