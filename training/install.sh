#!/bin/sh
# Installs the training package with its pinned dependencies into training/.venv.
# PYTHON chooses the interpreter (3.11 or later).
set -eu
cd "$(dirname "$0")"
"${PYTHON:-python3}" -m venv .venv
.venv/bin/pip install --quiet --no-deps --require-hashes -r requirements.lock
.venv/bin/pip install --quiet --no-deps --no-build-isolation -e .
