#!/bin/sh
# Trains three teachers, a student of theirs, its calibration and its outline, and puts the weights
# where `evaluate` and `export` look for them. Goes on where it was stopped. Needs PyTorch.
# Arguments go to every `train`: --on-device on a graphics card, --phases, --epoch-length, …
set -eu
cd "$(dirname "$0")"
. .venv/bin/activate
export KERAS_BACKEND=torch
for seed in 1 2 3; do
  python -m lentigo_training train --run "runs/teacher-$seed" --seed "$seed" "$@"
done
python -m lentigo_training train --run runs/student --seed 4 "$@" \
  --teachers runs/teacher-1/best.weights.h5 runs/teacher-2/best.weights.h5 runs/teacher-3/best.weights.h5
cp runs/student/best.weights.h5 weights/lentigo.weights.h5
cp runs/student/history.json weights/history.json
python -m lentigo_training calibrate
python -m lentigo_training outline
