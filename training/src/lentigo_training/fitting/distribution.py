"""Data-parallel training on all devices of one machine or several, by Keras on JAX."""

from __future__ import annotations

import os

import keras

from ..data.batches import Part


def distribute(batch: int) -> tuple[int, Part]:
    """Shares out every batch of `batch` pictures over the devices; to be called before all else.

    Returns the number of devices and which part of a batch this process makes. On several machines
    every one runs the same command, with Keras' KERAS_DISTRIBUTION_JOB_ADDRESSES, _NUM_PROCESSES
    and _PROCESS_ID in its environment and the run's folder on a disk that all of them see.

    Raises ValueError for another backend than JAX or a batch that the devices cannot share evenly.
    """
    if keras.backend.backend() != "jax":
        raise ValueError("--distribute needs JAX: set KERAS_BACKEND=jax")
    import jax

    if "KERAS_DISTRIBUTION_NUM_PROCESSES" in os.environ:
        keras.distribution.initialize()
    devices = keras.distribution.list_devices()
    if batch % len(devices):
        raise ValueError(f"a batch of {batch} cannot be shared evenly by {len(devices)} devices")
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices))
    return len(devices), Part(jax.process_index(), jax.process_count())
