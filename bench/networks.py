"""The convolutional and the residual network of `gradweave train`, in PyTorch with the same recipe.

  python3 networks.py cnn|resnet DATA [--seed 1] [--epochs N] [--threads N] [--device cpu|cuda] [--json FILE]

DATA is the folder of the four Fashion-MNIST files, gzipped or not. The images lie on the device. After each epoch it prints the loss over the epoch's
batches and the accuracy on the test images; --json writes the same numbers to a file.
"""

import argparse
import json
import math
import time
from pathlib import Path

import torch
from torch import nn

from pytorch import load

BATCH = 100
# Else convolutions on CUDA round their operands to 10 bits.
torch.backends.cudnn.allow_tf32 = False


def find(folder, name):
    return next(Path(folder).glob(f"{name}-idx?-ubyte*"))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.1),
        nn.Linear(64 * 7 * 7, 128),
        nn.ReLU(),
        nn.Dropout(0.1),
        nn.Linear(128, 10),
    )


def normed(inputs, outputs, stride):
    return [
        nn.Conv2d(inputs, outputs, 3, padding=1, stride=stride, bias=False),
        nn.BatchNorm2d(outputs),
    ]


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.inside = nn.Sequential(
            *normed(channels, channels, 1), nn.ReLU(), *normed(channels, channels, 1)
        )

    def forward(self, x):
        return torch.relu(x + self.inside(x))


def resnet():
    layers = []
    for inputs, outputs, stride in [(1, 16, 1), (16, 32, 2), (32, 64, 2)]:
        layers += [*normed(inputs, outputs, stride), nn.ReLU(), Residual(outputs), Residual(outputs)]
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def flipped_and_shifted(images):
    """Each image flipped with probability 1/2, and shifted by up to 2 pixels each way; zeros come in."""
    count, _, height, width = images.shape
    device = images.device
    flip = torch.rand(count, device=device) < 0.5
    images = torch.where(flip[:, None, None, None], images.flip(3), images)
    # Black is not 0 once pixels are standardised.
    black = images.min()
    padded = nn.functional.pad(images - black, (2, 2, 2, 2)) + black
    y, x = torch.randint(0, 5, (2, count, 1, 1), device=device)
    rows = y + torch.arange(height, device=device)[None, :, None]
    columns = x + torch.arange(width, device=device)[None, None, :]
    return padded[torch.arange(count, device=device)[:, None, None], 0, rows, columns][:, None]


NETWORKS = {
    "cnn": (cnn, 12, lambda p: torch.optim.Adam(p, lr=2e-3), None),
    "resnet": (resnet, 30, lambda p: torch.optim.AdamW(p, lr=2e-3), flipped_and_shifted),
}


def accuracy(model, images, labels):
    model.eval()
    with torch.no_grad():
        hits = sum(
            (model(images[at : at + 1000]).argmax(1) == labels[at : at + 1000]).sum().item()
            for at in range(0, len(images), 1000)
        )
    model.train()
    return hits / len(images)


def train(name, data, seed, epochs, device, report):
    torch.manual_seed(seed)
    images, labels = load(find(data, "train-images"), find(data, "train-labels"))
    test, test_labels = load(find(data, "t10k-images"), find(data, "t10k-labels"))
    images, test = images.reshape(-1, 1, 28, 28).to(device), test.reshape(-1, 1, 28, 28).to(device)
    labels, test_labels = labels.to(device), test_labels.to(device)
    make, usual, optimizer_of, augment = NETWORKS[name]
    epochs = epochs or usual
    model = make().to(device)
    optimizer = optimizer_of(model.parameters())
    steps = epochs * math.ceil(len(images) / BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: (1 + math.cos(math.pi * step / steps)) / 2
    )
    history = []
    for epoch in range(1, epochs + 1):
        start = time.perf_counter()
        total = 0.0
        for batch in torch.randperm(len(images)).to(device).split(BATCH):
            x = augment(images[batch]) if augment else images[batch]
            loss = nn.functional.cross_entropy(model(x), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        seconds = time.perf_counter() - start
        history.append(
            {
                "epoch": epoch,
                "loss": total / len(images),
                "accuracy": accuracy(model, test, test_labels),
                "seconds": seconds,
            }
        )
        report(history[-1])
    return {
        "name": name,
        "seed": seed,
        "parameters": sum(p.numel() for p in model.parameters()),
        "pytorch": torch.__version__,
        "device": torch.cuda.get_device_name() if device == "cuda" else device,
        "history": history,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Train a network of gradweave in PyTorch.")
    parser.add_argument("network", choices=NETWORKS)
    parser.add_argument("data")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--json")
    given = parser.parse_args()
    if given.threads:
        torch.set_num_threads(given.threads)
    outcome = train(
        given.network,
        given.data,
        given.seed,
        given.epochs,
        given.device,
        lambda e: print(
            f"epoch {e['epoch']:3}  loss {e['loss']:.4f}  test {e['accuracy']:.2%}  {e['seconds']:.1f} s",
            flush=True,
        ),
    )
    if given.json:
        with open(given.json, "w") as file:
            json.dump(outcome, file, indent=1)
