"""Makes losses.gen.ts: PyTorch's losses in float64 and their gradients, for outputs that both sides compute.

    pip install torch==2.13.0 numpy && python losses.py
"""

import json
import math
import pathlib

import torch

ROWS, COLUMNS = 5, 3
LABELS = [2, 0, 0, 1, 2]
WEIGHTS = [0.5, 2.0, 3.0]


def output(i):
    return 3 * math.sin(7 * i + 1)


def target(i):
    return (i * i % 5) / 4


nn = torch.nn
weights = torch.tensor(WEIGHTS, dtype=torch.float64)
CASES = [
    ("mse", {}, nn.MSELoss()),
    ("l1", {}, nn.L1Loss()),
    ("huber", {}, nn.HuberLoss()),
    ("huber", {"delta": 0.3}, nn.HuberLoss(delta=0.3)),
    ("smoothL1", {}, nn.SmoothL1Loss()),
    ("smoothL1", {"beta": 0.3}, nn.SmoothL1Loss(beta=0.3)),
    ("smoothL1", {"beta": 0}, nn.SmoothL1Loss(beta=0)),
    ("bceWithLogits", {}, nn.BCEWithLogitsLoss()),
    ("bceWithLogits", {"positiveWeights": 4}, nn.BCEWithLogitsLoss(pos_weight=torch.tensor(4.0, dtype=torch.float64))),
    ("bceWithLogits", {"positiveWeights": WEIGHTS}, nn.BCEWithLogitsLoss(pos_weight=weights)),
    ("crossEntropy", {}, nn.CrossEntropyLoss()),
    ("crossEntropy", {"labelSmoothing": 0.1}, nn.CrossEntropyLoss(label_smoothing=0.1)),
    ("crossEntropy", {"labelSmoothing": 1}, nn.CrossEntropyLoss(label_smoothing=1.0)),
    ("crossEntropy", {"classWeights": WEIGHTS}, nn.CrossEntropyLoss(weight=weights)),
    (
        "crossEntropy",
        {"classWeights": WEIGHTS, "labelSmoothing": 0.1},
        nn.CrossEntropyLoss(weight=weights, label_smoothing=0.1),
    ),
    ("crossEntropy", {"ignoreIndex": 0}, nn.CrossEntropyLoss(ignore_index=0)),
    (
        "crossEntropy",
        {"classWeights": WEIGHTS, "labelSmoothing": 0.1, "ignoreIndex": 2},
        nn.CrossEntropyLoss(weight=weights, label_smoothing=0.1, ignore_index=2),
    ),
]


def run(name, loss, rows):
    x = torch.tensor([output(i) for i in range(rows * COLUMNS)], dtype=torch.float64).reshape(rows, COLUMNS)
    x.requires_grad_()
    if name == "crossEntropy":
        t = torch.tensor(LABELS[:rows])
    else:
        t = torch.tensor([target(i) for i in range(rows * COLUMNS)], dtype=torch.float64).reshape(rows, COLUMNS)
    value = loss(x, t)
    value.backward()
    return [value.item(), x.grad.flatten().tolist()]


cases = [[name, options, rows, *run(name, loss, rows)] for name, options, loss in CASES for rows in (ROWS, ROWS - 2)]
lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
pathlib.Path(__file__).with_name("losses.gen.ts").write_text(
    f"// Made by losses.py with PyTorch {torch.__version__}.\n\n"
    "/** A loss, its options, the rows, the mean loss and its gradient by the outputs. */\n"
    "export const LOSSES: readonly [string, object, number, number, readonly number[]][] = [\n"
    f"{lines},\n];\n"
)
