"""Makes optimizers.gen.ts: short runs of PyTorch's optimizers in float64, for gradients that both sides compute.

    pip install torch==2.13.0 numpy && python optimizers.py

PyTorch has no Lion; its update is written here as in algorithm 2 of Chen et al. 2023.
"""

import json
import math
import pathlib

import torch

# NAdam keeps a product in the default type.
torch.set_default_dtype(torch.float64)
START = [1.0, -0.5, 0.25, 2.0]
STEPS = 12
KEPT = (1, 2, STEPS)


class Lion(torch.optim.Optimizer):
    def __init__(self, parameters, lr=1e-4, betas=(0.9, 0.99), weight_decay=0.0):
        super().__init__(parameters, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
            for w in group["params"]:
                m = self.state[w].setdefault("exp_avg", torch.zeros_like(w))
                direction = torch.sign(beta1 * m + (1 - beta1) * w.grad)
                w -= lr * (direction + decay * w)
                m.mul_(beta2).add_(w.grad, alpha=1 - beta2)


optim = torch.optim
CASES = [
    ("sgd", optim.SGD, {"momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
    ("sgd", optim.SGD, {"momentum": 0.9, "nesterov": True}),
    ("adam", optim.Adam, {}),
    ("adam", optim.Adam, {"amsgrad": True, "betas": (0.5, 0.6), "weight_decay": 0.1}),
    ("adamw", optim.AdamW, {"lr": 0.1}),
    ("adamw", optim.AdamW, {"lr": 0.1, "amsgrad": True, "betas": (0.9, 0.5)}),
    ("nadam", optim.NAdam, {}),
    ("nadam", optim.NAdam, {"betas": (0.8, 0.9), "momentum_decay": 1.0, "weight_decay": 0.1}),
    ("rmsprop", optim.RMSprop, {}),
    ("rmsprop", optim.RMSprop, {"alpha": 0.5, "momentum": 0.9, "weight_decay": 0.1, "eps": 0.01}),
    ("rmsprop", optim.RMSprop, {"centered": True}),
    ("rmsprop", optim.RMSprop, {"centered": True, "momentum": 0.5, "alpha": 0.9}),
    ("adagrad", optim.Adagrad, {}),
    ("adagrad", optim.Adagrad, {"lr_decay": 0.1, "initial_accumulator_value": 0.3, "weight_decay": 0.1}),
    ("lion", Lion, {}),
    ("lion", Lion, {"lr": 0.1, "betas": (0.5, 0.9), "weight_decay": 0.1}),
]
NAMES = {
    "lr": "learningRate",
    "eps": "epsilon",
    "weight_decay": "weightDecay",
    "momentum_decay": "momentumDecay",
    "lr_decay": "learningRateDecay",
    "initial_accumulator_value": "initialAccumulatorValue",
}


def run(make, options):
    w = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    optimizer = make([w], **options)
    kept = []
    for step in range(1, STEPS + 1):
        slopes = [math.sin(3 * step + 7 * i) * 10 ** (i - 2) for i in range(len(START))]
        w.grad = torch.tensor(slopes, dtype=torch.float64)
        optimizer.step()
        if step in KEPT:
            kept.append(w.detach().tolist())
    return kept


cases = [
    [name, {NAMES.get(key, key): value for key, value in options.items()}, run(make, options)]
    for name, make, options in CASES
]
lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
pathlib.Path(__file__).with_name("optimizers.gen.ts").write_text(
    f"// Made by optimizers.py with PyTorch {torch.__version__}.\n\n"
    "/** An optimizer, its options, and the parameter after steps 1, 2 and 12. */\n"
    f"export const RUNS: readonly [string, object, readonly (readonly number[])[]][] = [\n{lines},\n];\n"
)
