"""A task that is only a file: from what the app exports for training to a pack that it reads."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import keras
import pytest

from .conftest import EXPORT, REPOSITORY
from .packing.test_signing import PUBLIC, SECRET

COMMANDS = """
import sys
from pathlib import Path
from lentigo_training.data import task
task.choose(task.read(Path(sys.argv[1]), [("clinic", Path(sys.argv[3]))]))
from lentigo_training import cli
data = ["--data", sys.argv[2]]
cli.main(["train", "--weights", "none", *data])
weights = str(next(Path(sys.argv[1]).parent.glob("runs/default/best.weights.h5")))
made = Path(sys.argv[1]).parent / "weights"
made.mkdir()
cli.main(["calibrate", "--weights", weights, *data])
out = Path(sys.argv[1]).parent / "reports" / "clinic"
cli.main(["evaluate", "--weights", weights, "--dataset", "clinic", "--split", "train",
    "--out", str(out), *data])
(out / "report.json").rename(out.parent / "clinic.json")
history = str(Path(weights).with_name("history.json"))
cli.main(["export", "--weights", weights, "--history", history, *data])
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, small_data: Path) -> Path:
    """The folder of a task after all commands, with a clinic's training export beside its data."""
    folder = tmp_path_factory.mktemp("task")
    shutil.copy(Path(__file__).parent / "made_task.toml", folder / "task.toml")
    file, path = str(folder / "task.toml"), os.environ.get("PYTHONPATH", "")
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(REPOSITORY / "training" / "src"), path]),
        "LENTIGO_SIGNING_KEY": SECRET,
    }
    prepare = ["-m", "lentigo_training", "--task", file, "prepare"]
    prepare += ["--data", str(small_data), "--data", f"clinic={EXPORT}"]
    subprocess.run([sys.executable, *prepare], check=True, env=environment)
    rest = ["-c", COMMANDS, file, str(small_data), str(EXPORT)]
    if keras.backend.backend() == "tensorflow":
        subprocess.run([sys.executable, *rest], check=True, env=environment)
    return folder


needs_converter = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="the converter is TensorFlow's"
)


def test_an_export_is_split_by_patient_and_lesion(home: Path) -> None:
    with (home / "splits" / "clinic.csv").open(newline="") as file:
        rows = {Path(row["image_id"]).name: row for row in csv.DictReader(file)}
    with (EXPORT / "labels.csv").open(newline="") as file:
        labels = list(csv.DictReader(file))
    assert set(rows) == {label["image_id"] for label in labels}
    splits = defaultdict(set)
    for label in labels:
        row = rows[label["image_id"]]
        assert row["dx"] == label["dx"]
        assert row["image_id"].startswith("clinic/")  # another clinic counts from one as well
        splits[label["patient_id"] or label["lesion_id"]].add(row["split"])
    assert len(splits) == 14
    assert all(len(found) == 1 for found in splits.values())
    assert {"train", "validation", "test"} == set().union(*splits.values())


@needs_converter
def test_the_pack_is_the_tasks(home: Path) -> None:
    folder = home / "packs" / "made-task"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["input"]["width"] == manifest["input"]["height"] == 32
    assert [c["code"] for c in manifest["classes"]] == ["nv", "mel", "bcc"]
    assert manifest["classes"][1]["kindName"] == {"en": "dark"}
    assert (manifest["subject"], manifest["features"]) == ("sample", [])
    assert (manifest["domains"], manifest["refused"]) == (["camera", "none"], "none")
    assert set(manifest["priors"]["domains"]) == set(manifest["calibration"]["temperature"])
    assert manifest["calibration"]["operatingPoints"][0]["classes"] == ["mel"]
    assert json.loads((folder / "signature.json").read_text())["publicKey"] == PUBLIC
    (listed,) = json.loads((home / "packs" / "index.json").read_text())["packs"]
    assert listed["bytes"] == sum(file.stat().st_size for file in folder.iterdir())
    metrics = json.loads((folder / "metrics.json").read_text())
    assert {"clinic.train.accuracy", "clinic.train.auc.mel"} <= {
        figure["id"] for figure in metrics["figures"]
    }
    assert metrics["history"][0]["epoch"] == 1


@needs_converter
def test_the_app_reads_the_pack(home: Path) -> None:
    if not (REPOSITORY / "node_modules").is_dir():
        pytest.skip("node_modules is not there, which has the app's parser")
    command = ["npx", "vitest", "run", "src/domain/pack/made-packs.test.ts"]
    environment = os.environ | {"LENTIGO_PACK": str(home / "packs" / "made-task")}
    done = subprocess.run(
        command, check=False, cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
