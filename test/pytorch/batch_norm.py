"""Makes batch_norm.gen.ts: runs of PyTorch's in float64 with batch norms, from numbers that both sides compute.

    pip install torch==2.13.0 numpy && python batch_norm.py
"""

import json
import math
import pathlib

import torch

nn = torch.nn
COUNT, BATCH, EPOCHS, TESTED = 11, 4, 2, 5
HEIGHT, WIDTH, CHANNELS = 3, 2, 3


def single(values):
    return torch.tensor(values).float().double()


def inputs(first, count, columns):
    numbers = [2 * math.sin(7 * i + 1) + 0.5 for i in range(first * columns, (first + count) * columns)]
    return single(numbers).reshape(count, columns)


def features(**options):
    return nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5, **options), nn.Tanh(), nn.Linear(5, 3))


def channels(**options):
    pixels = nn.Unflatten(1, (CHANNELS, HEIGHT, WIDTH))
    return nn.Sequential(pixels, nn.BatchNorm2d(3, **options), nn.Tanh(), nn.Flatten(), nn.Linear(18, 3))


CASES = [
    ("batchNorm1d", {}, features()),
    ("batchNorm1d", {"momentum": 0.3, "eps": 0.01}, features(momentum=0.3, eps=0.01)),
    ("batchNorm1d", {"momentum": None}, features(momentum=None)),
    ("batchNorm1d", {"affine": False}, features(affine=False)),
    ("batchNorm1d", {"trackRunningStats": False}, features(track_running_stats=False)),
    ("batchNorm1d", {"frozen": True}, features()),
    ("batchNorm2d", {"momentum": 0.3}, channels(momentum=0.3)),
    ("batchNorm2d", {"affine": False, "eps": 0.001}, channels(affine=False, eps=0.001)),
    ("batchNorm2d", {"frozen": True, "momentum": 0.3}, channels(momentum=0.3)),
]


def run(name, options, model):
    model.double()
    columns = 6 if name == "batchNorm1d" else 18
    at = 0
    for key, tensor in model.state_dict().items():
        if key.endswith("tracked"):
            continue
        shift = 1.0 if key.endswith("running_var") else 0.0
        tensor.copy_(single([math.sin(3 * (at + i) + 1) / 2 + shift for i in range(tensor.numel())]).reshape(tensor.shape))
        at += tensor.numel()
    x, labels = inputs(0, COUNT, columns), torch.tensor([i % 3 for i in range(COUNT)])
    loss_of = nn.functional.cross_entropy
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(EPOCHS):
        for first in range(0, COUNT, BATCH):
            model.train()
            if "frozen" in options:
                model[1].eval()
            optimizer.zero_grad()
            loss = loss_of(model(x[first : first + BATCH]), labels[first : first + BATCH])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        outputs = model(inputs(COUNT, TESTED, columns))
    state = {key: tensor.flatten().tolist() if tensor.dim() else [tensor.item()] for key, tensor in model.state_dict().items()}
    return {"name": name, "options": options, "losses": losses, "state": state, "outputs": outputs.flatten().tolist()}


cases = [run(*case) for case in CASES]
pathlib.Path(__file__).with_name("batch_norm.gen.ts").write_text(
    f"// Made by batch_norm.py with PyTorch {torch.__version__}.\n\n"
    "/** A run with a norm: its options, the loss of each step, the state_dict in the end, and outputs in evaluation. */\n"
    "export interface NormRun {\n"
    "  readonly name: 'batchNorm1d' | 'batchNorm2d';\n"
    "  readonly options: object;\n"
    "  readonly losses: readonly number[];\n"
    "  readonly state: Readonly<Record<string, readonly number[]>>;\n"
    "  readonly outputs: readonly number[];\n"
    "}\n\n"
    f"export const NORM_RUNS: readonly NormRun[] = {json.dumps(cases)};\n"
)
