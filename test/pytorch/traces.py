"""Traces of small networks of modules, trained by PyTorch in float32 and in float64, for `gradweave parity`.

  python3 traces.py DATA TEXT FOLDER

DATA is the folder of the Fashion-MNIST files, TEXT a text for the traces of characters. Each trace is two files,
NAME.json and NAME.safetensors.
"""

import json
import math
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "bench"))
from pytorch import read_idx  # noqa: E402


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class PositionalEmbedding(nn.Module):
    def __init__(self, max_length, embedding_dim):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(max_length, embedding_dim) * 0.02)

    def forward(self, x):
        return x + self.weight[: x.shape[1]]


class CausalSelfAttention(nn.Module):
    def __init__(self, embed_dim, num_heads):
        super().__init__()
        self.qkv = nn.Linear(embed_dim, 3 * embed_dim)
        self.proj = nn.Linear(embed_dim, embed_dim)
        self.heads = num_heads

    def forward(self, x):
        batch, length, width = x.shape
        parts = self.qkv(x).split(width, 2)
        q, k, v = (p.reshape(batch, length, self.heads, -1).transpose(1, 2) for p in parts)
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.proj(y.transpose(1, 2).reshape(batch, length, width))


OWN = {m.__name__: m for m in (Residual, PositionalEmbedding, CausalSelfAttention)}


def modules(config):
    made = []
    for entry in config:
        ((name, given),) = entry.items()
        if name == "Residual":
            made.append(Residual(*modules(given)))
        else:
            made.append((OWN.get(name) or getattr(nn, name))(**given))
    return made


class Data:
    """Inputs and targets of samples, as a trace says."""

    def __init__(self, config, folder, text, dtype):
        self.config, self.dtype = config, dtype
        self.length = config.get("tokens")
        if self.length:
            characters = sorted(set(text))
            self.codes = torch.tensor([characters.index(c) for c in text])
            self.vocabulary = len(characters)
            self.count = len(text) - self.length
            return

        def read(name):
            return read_idx(next(Path(folder).glob(f"{name}-idx?-ubyte*")))

        self.images, self.labels = read("train-images"), read("train-labels").long()
        self.test = read("t10k-images"), read("t10k-labels").long()
        self.count = len(self.images)

    def batch(self, indices):
        if not self.length:
            return self.values(self.images[indices], self.labels[indices])
        windows = torch.stack([self.codes[i : i + self.length + 1] for i in indices])
        return windows[:, :-1], windows[:, 1:]

    def values(self, images, labels):
        mean, deviation = self.config.get("normalize", [0, 1])
        x = (images.to(self.dtype) / 255 - mean) / deviation
        x = x.reshape(-1, *self.config["input"])
        target = self.config.get("target", "label")
        if target == "one_hot":
            return x, nn.functional.one_hot(labels, 10).to(self.dtype)
        if target == "brightness":
            return x, x.flatten(1).mean(1, keepdim=True)
        return x, x if target == "input" else labels


def only(config, where):
    ((name, given),) = config.items()
    return getattr(where, name), given


def schedule_of(config, optimizer):
    make, given = only(config, torch.optim.lr_scheduler)
    if "schedulers" in given:
        inside = [schedule_of(one, optimizer) for one in given["schedulers"]]
        return make(optimizer, inside, given["milestones"])
    return make(optimizer, **given)


def optimizer_of(config, model):
    groups = config.get("parameter_groups", [])
    lists = [[] for _ in range(len(groups) + 1)]
    for name, parameter in model.named_parameters():
        fits = (i for i, g in enumerate(groups, 1) if any(name.endswith(m) for m in g["match"]))
        lists[next(fits, 0)].append(parameter)
    options = [{}, *(group["options"] for group in groups)]
    make, given = only(config["optimizer"], torch.optim)
    return make([{"params": p, **o} for p, o in zip(lists, options) if p], **given)


def run(config, folder, text, dtype, initial=None, indices=None):
    torch.manual_seed(config["seed"])
    model = nn.Sequential(*modules(config["model"]))
    initial = initial or {name: value.clone() for name, value in model.state_dict().items()}
    model.to(dtype).load_state_dict(initial, strict=False)
    data = Data(config, folder, text, dtype)
    optimizer = optimizer_of(config, model)
    schedule = schedule_of(config["schedule"], optimizer) if "schedule" in config else None
    make, given = only(config["loss"], nn)
    criterion = make(**given)
    accumulate, batch = config.get("accumulate", 1), config["batch"]
    if indices is None:
        indices = torch.randint(0, data.count, (config["steps"], batch * accumulate))

    def loss_of(x, y):
        outputs = model(x)
        return criterion(outputs.flatten(0, 1), y.flatten()) if data.length else criterion(outputs, y)

    losses, rates, norms, gradients = [], [], [], {}
    for step, chosen in enumerate(indices):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.zero_grad()
        parts = [loss_of(*data.batch(part)) / accumulate for part in chosen.split(batch)]
        for part in parts:
            part.backward()
        losses.append(sum(part.item() for part in parts))
        if step == 0:
            gradients = {name: p.grad.clone() for name, p in model.named_parameters()}
        if "clip_grad_norm" in config:
            limit = config["clip_grad_norm"]
            norms.append(nn.utils.clip_grad_norm_(model.parameters(), limit).item())
        optimizer.step()
        if schedule:
            schedule.step()
    test_loss = test_accuracy = None
    model.eval()
    if not data.length:
        with torch.no_grad():
            x, y = data.values(*data.test)
            outputs = model(x)
            test_loss = criterion(outputs, y).item()
            if config.get("target", "label") == "label":
                test_accuracy = (outputs.argmax(1) == y).double().mean().item()
    final = {k: v for k, v in model.state_dict().items() if v.is_floating_point()}
    more = {"grad_norms": norms} if norms else {}
    if data.length:
        more["vocabulary"] = data.vocabulary
    return initial, indices, gradients, final, losses, rates, test_loss, test_accuracy, more


def distance(a, b):
    def square(tensors):
        return sum(t.double().square().sum().item() for t in tensors)

    return math.sqrt(square(a[k].double() - b[k] for k in b) / square(b.values()))


def conv(inputs, outputs, kernel, **more):
    return {
        "Conv2d": {"in_channels": inputs, "out_channels": outputs, "kernel_size": kernel, **more}
    }


def norm(features, **more):
    return {"BatchNorm2d": {"num_features": features, **more}}


def linear(inputs, outputs, **more):
    return {"Linear": {"in_features": inputs, "out_features": outputs, **more}}


def transposed(inputs, outputs, kernel, **more):
    return {"ConvTranspose2d": conv(inputs, outputs, kernel, stride=2, padding=1, **more)["Conv2d"]}


def layer_norm(width):
    return {"LayerNorm": {"normalized_shape": width}}


def separable(inputs, outputs, stride):
    return [
        conv(inputs, inputs, 3, padding=1, stride=stride, groups=inputs, bias=False),
        *[norm(inputs), RELU, conv(inputs, outputs, 1, bias=False)],
        *[norm(outputs, momentum=0.3), RELU],
    ]


RELU, FLATTEN, POOL = {"ReLU": {}}, {"Flatten": {}}, {"AdaptiveAvgPool2d": {"output_size": 1}}
CROSS_ENTROPY = {"CrossEntropyLoss": {}}
STANDARD = [0.286, 0.353]


def attention(width, heads):
    inside = {"CausalSelfAttention": {"embed_dim": width, "num_heads": heads}}
    return {"Residual": [layer_norm(width), inside]}


def cases(vocabulary):
    return {
        "odd-depthwise-average": {
            "input": [1, 28, 28],
            "model": [
                *[conv(1, 6, 5, padding=2), RELU, {"AvgPool2d": {"kernel_size": 2}}],
                *[conv(6, 6, 3, groups=6, padding=1), RELU, conv(6, 10, 1), {"GELU": {}}],
                {"AvgPool2d": {"kernel_size": 3, "stride": 2, "padding": 1}},
                *[FLATTEN, linear(490, 10)],
            ],
            "loss": CROSS_ENTROPY,
            "optimizer": {"SGD": {"lr": 0.05, "momentum": 0.9}},
            "schedule": {"StepLR": {"step_size": 20, "gamma": 0.3}},
        },
        "nested-batch-norm": {
            "input": [1, 28, 28],
            "model": [
                *[conv(1, 8, [7, 3], stride=2, padding=[3, 1]), norm(8, momentum=0.3), RELU],
                {
                    "Residual": [
                        *[conv(8, 8, 3, padding=1), norm(8, momentum=0.3, eps=1e-3), RELU],
                        {"Residual": [conv(8, 8, 5, padding=2, groups=2), {"SiLU": {}}, conv(8, 8, 1)]},
                    ]
                },
                *[RELU, {"MaxPool2d": {"kernel_size": 3, "stride": 2, "padding": 1}}],
                *[conv(8, 12, 3, dilation=2), norm(12, affine=False), {"LeakyReLU": {}}],
                *[POOL, FLATTEN, linear(12, 10)],
            ],
            "loss": CROSS_ENTROPY,
            "optimizer": {"AdamW": {"lr": 0.004}},
            "schedule": {"ExponentialLR": {"gamma": 0.97}},
            "clip_grad_norm": 1.0,
        },
        "two-attentions": {
            "tokens": 24,
            "normalize": None,
            "model": [
                {"Embedding": {"num_embeddings": vocabulary, "embedding_dim": 24}},
                {"PositionalEmbedding": {"max_length": 32, "embedding_dim": 24}},
                *[attention(24, 3), attention(24, 1)],
                {
                    "Residual": [
                        *[layer_norm(24), linear(24, 48), {"GELU": {"approximate": "tanh"}}],
                        linear(48, 24),
                    ]
                },
                linear(24, vocabulary, bias=False),
            ],
            "loss": CROSS_ENTROPY,
            "optimizer": {"Adam": {"lr": 0.003, "betas": [0.9, 0.98]}},
            "schedule": {"StepLR": {"step_size": 15, "gamma": 0.5}},
        },
        "lines": {
            "input": [28, 28],
            "model": [
                {"Conv1d": {"in_channels": 28, "out_channels": 20, "kernel_size": 5, "stride": 2}},
                *[{"BatchNorm1d": {"num_features": 20}}, {"Tanh": {}}],
                *[{"MaxPool1d": {"kernel_size": 2}}, FLATTEN, linear(120, 32)],
                *[{"BatchNorm1d": {"num_features": 32, "momentum": 0.3}}, RELU, linear(32, 10)],
            ],
            "loss": {"MSELoss": {}},
            "target": "one_hot",
            "optimizer": {"RMSprop": {"lr": 0.001}},
            "schedule": {
                "SequentialLR": {
                    "schedulers": [
                        {"LinearLR": {"start_factor": 0.1, "total_iters": 10}},
                        {"ExponentialLR": {"gamma": 0.95}},
                    ],
                    "milestones": [10],
                }
            },
        },
        "autoencoder": {
            "input": [1, 28, 28],
            "model": [
                *[conv(1, 5, 4, stride=2, padding=1), {"ELU": {}}],
                *[conv(5, 7, 3, stride=2, padding=1), RELU],
                *[transposed(7, 6, 3, output_padding=1), RELU, transposed(6, 1, 4)],
            ],
            "loss": {"HuberLoss": {}},
            "target": "input",
            "optimizer": {"Adam": {"lr": 0.002}},
            "accumulate": 2,
        },
        "separable": {
            "input": [1, 28, 28],
            "model": [
                *[conv(1, 16, 3, stride=2, padding=1, bias=False), norm(16), RELU],
                *[*separable(16, 24, 1), *separable(24, 32, 2)],
                *[POOL, FLATTEN, {"Dropout": {"p": 0}}, linear(32, 10)],
            ],
            "loss": {"CrossEntropyLoss": {"label_smoothing": 0.05}},
            "optimizer": {"SGD": {"lr": 0.02, "momentum": 0.9, "weight_decay": 1e-4}},
            "schedule": {"CosineAnnealingLR": {"T_max": 60}},
            "parameter_groups": [{"match": ["bias"], "options": {"weight_decay": 0}}],
        },
        "unflattened": {
            "input": [784],
            "model": [
                {"Unflatten": {"dim": 1, "unflattened_size": [4, 14, 14]}},
                *[conv(4, 9, 3, padding="same"), {"Sigmoid": {}}],
                {"AvgPool2d": {"kernel_size": [2, 3], "stride": 2, "padding": 1}},
                *[{"Softplus": {}}, FLATTEN, layer_norm(504), linear(504, 1)],
            ],
            "loss": {"SmoothL1Loss": {}},
            "target": "brightness",
            "optimizer": {"Adagrad": {"lr": 0.01}},
        },
    }


def main(folder, text_file, out):
    torch.set_num_threads(1)
    text = Path(text_file).read_text(encoding="utf-8")
    for seed, (name, given) in enumerate(cases(len(set(text))).items(), 1):
        config = {"name": name, "batch": 32, "steps": 60, "seed": seed, "normalize": STANDARD, **given}
        single = run(config, folder, text, torch.float32)
        initial, indices, gradients, final, losses, rates, test_loss, accuracy, more = single
        double = run(config, folder, text, torch.float64, initial, indices)
        tensors = {
            **{f"init.{k}": v for k, v in initial.items() if v.is_floating_point()},
            **{f"grad0.{k}": v for k, v in gradients.items()},
            **{f"final.{k}": v for k, v in final.items()},
            "indices": indices.int(),
        }
        save_file({k: v.contiguous() for k, v in tensors.items()}, f"{out}/{name}.safetensors")
        trace = {
            "config": config,
            "torch": torch.__version__,
            "loss": losses,
            "loss_float64": double[4],
            "rates": rates,
            "test_loss": test_loss,
            "test_loss_float64": double[6],
            "test_accuracy": accuracy,
            "final_distance_float64": distance(final, double[3]),
            **more,
        }
        Path(out, f"{name}.json").write_text(json.dumps(trace))
        print(name, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
