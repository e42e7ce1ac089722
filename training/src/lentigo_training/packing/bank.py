"""bank.bin: a class-balanced bank of training embeddings that the app learns with.

It lies beside the pack and outside of the pack's limit of bytes: the app fetches it after it is
ready. Little-endian, one part after the other; d dimensions, n entries:

    float32 (d,)    scale
    float32 (d,)    offset
    uint8   (n, d)  values: an embedding is value * scale + offset
    uint8   (n,)    class, an index into the manifest's classes
    uint8   (n,)    source, an index into the bank's sources
    uint8   (n,)    1 where the entry is held out from learning, else 0
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ..data.datasets import Picture
from ..data.loader import evaluation_pixels
from ..data.splits import assign
from ..data.taxonomy import BY_NAME, CLASSES, TASK
from ..networks.predict import predict_pixels

NAME = "bank.bin"

LARGEST = 1_500_000
"""Bytes that the bank may have."""

MOST = 180
"""Most entries of a class; a class with fewer pictures has all of them."""

SOURCES = TASK.bank
"""Data sets of the entries."""

CHUNK = 128
STEPS = 255


@dataclass(frozen=True)
class Bank:
    """Embeddings (n, d), and of each entry its class, its source and whether it is held out."""

    embeddings: NDArray[np.float32]
    classes: NDArray[np.uint8]
    sources: NDArray[np.uint8]
    held_out: NDArray[np.bool_]

    def encoded(self) -> bytes:
        """The bytes of bank.bin. Raises ValueError if they are more than allowed."""
        low = self.embeddings.min(axis=0)
        spread = self.embeddings.max(axis=0) - low
        scale = np.where(spread > 0, spread / STEPS, 1).astype("<f4")
        values = np.rint((self.embeddings - low) / scale).clip(0, STEPS).astype(np.uint8)
        parts = (scale, low.astype("<f4"), values, self.classes, self.sources)
        data = b"".join(part.tobytes() for part in parts) + self.held_out.astype(np.uint8).tobytes()
        if len(data) > LARGEST:
            raise ValueError(f"{NAME} has {len(data)} bytes, {LARGEST} are allowed")
        return data

    @classmethod
    def decoded(cls, data: bytes, listed: dict[str, Any]) -> Bank:
        """From the bytes and what the manifest says of them.

        Raises ValueError where they do not belong together.
        """
        if hashlib.sha256(data).hexdigest() != listed["sha256"]:
            raise ValueError(f"{listed['path']} is damaged")
        count, dimension = listed["count"], listed["dimension"]
        scale, low = np.frombuffer(data, "<f4", 2 * dimension).reshape(2, dimension)
        rest = np.frombuffer(data, np.uint8, offset=8 * dimension)
        values = rest[: count * dimension].reshape(count, dimension)
        classes, sources, held_out = rest[count * dimension :].reshape(3, count)
        embeddings = values * scale + low
        return cls(embeddings.astype(np.float32), classes, sources, held_out.astype(bool))

    def listed(self) -> dict[str, Any]:
        """What the manifest says of the bank."""
        data = self.encoded()
        entries = zip(self.classes, self.held_out, strict=True)
        counts = Counter((CLASSES[c], bool(out)) for c, out in entries)
        return {
            "path": NAME,
            "bytes": len(data),
            "sha256": hashlib.sha256(data).hexdigest(),
            "count": len(self.classes),
            "dimension": self.embeddings.shape[1],
            "sources": [{"dataSet": name, "domain": BY_NAME[name].domain} for name in SOURCES],
            "classes": {
                c: {"learn": counts[c, False], "heldOut": counts[c, True]} for c in CLASSES
            },
        }


def choose(pictures: Sequence[Picture], most: int = MOST) -> list[Picture]:
    """Up to `most` pictures of each class: from each source in turn, so that the small ones and
    the phone pictures are included, and one of each lesion or patient before a second one."""
    chosen: list[Picture] = []
    for dx in CLASSES:
        queues = [_queue([p for p in pictures if p.dataset == s and p.dx == dx]) for s in SOURCES]
        turns = [q[i] for i in range(max(map(len, queues))) for q in queues if i < len(q)]
        chosen += sorted(turns[:most], key=lambda p: (SOURCES.index(p.dataset), p.image_id))
    return chosen


def _queue(pictures: Sequence[Picture]) -> list[Picture]:
    """In an order that depends on the ids only: first one of each group, then the seconds …"""
    waiting: dict[str, int] = defaultdict(int)
    order: list[tuple[int, str, Picture]] = []
    for picture in sorted(pictures, key=_mark):
        order.append((waiting[picture.group], _mark(picture), picture))
        waiting[picture.group] += 1
    return [picture for _, _, picture in sorted(order, key=lambda entry: entry[:2])]


def _mark(picture: Picture) -> str:
    return hashlib.sha256(f"bank:{picture.dataset}:{picture.image_id}".encode()).hexdigest()


def held_out(pictures: Sequence[Picture]) -> NDArray[np.bool_]:
    """(n,) the half that is kept from learning: by lesion or patient, of each class and source."""
    strata = [replace(p, stratum=f"{p.dataset} {p.dx}") for p in pictures]
    halves = assign(strata, (0.5, 0.0, 0.5), {})
    return np.array([halves[p.group] == "test" for p in pictures])


def make(model: keras.Model, training: Sequence[Picture]) -> Bank:
    """The bank of a network as the app computes it, from its training pictures."""
    pictures = choose([p for p in training if p.named and p.dataset in SOURCES])
    parts = [
        predict_pixels(model, evaluation_pixels(pictures[i : i + CHUNK]), ("embedding",))
        for i in range(0, len(pictures), CHUNK)
    ]
    return Bank(
        np.concatenate([part["embedding"] for part in parts]),
        np.array([CLASSES.index(p.dx) for p in pictures], np.uint8),
        np.array([SOURCES.index(p.dataset) for p in pictures], np.uint8),
        held_out(pictures),
    )


def read(folder: Path, manifest: dict[str, Any]) -> Bank:
    """The bank beside a pack. Raises KeyError where the pack lists none, ValueError if damaged."""
    listed = manifest["bank"]
    return Bank.decoded((folder / listed["path"]).read_bytes(), listed)
