"""Makes the pictures of `tests/export/`, a training export: `python -m tests.export_pictures`.

Its labels.csv is written by the app's own code, in a test:
`WRITE_TRAINING_EXPORT=1 npx vitest run src/records/exchange/export/training-fixture.test.ts`.
"""

from __future__ import annotations

from .conftest import COLOURS, EXPORT, write_picture

COUNT = 24

if __name__ == "__main__":
    for number in range(1, COUNT + 1):
        dx = list(COLOURS)[number % 3]
        write_picture(EXPORT / f"image_{number:06}.jpg", number, 56, 64, COLOURS[dx])
