"""Trains 784-32-10 on Fashion-MNIST in PyTorch and writes its weights as F16 for main.mjs.

    python3 pretrain.py FOLDER pretrained.safetensors     FOLDER: the four files, gzipped or not
"""

import gzip
import json
import os
import struct
import sys

import torch
from torch import nn


def read(folder, name):
    path = os.path.join(folder, name)
    opener = open if os.path.exists(path) else gzip.open
    with opener(path if opener is open else path + ".gz", "rb") as file:
        data = file.read()
    dims = data[3]
    shape = struct.unpack(f">{dims}I", data[4 : 4 + 4 * dims])
    return torch.frombuffer(bytearray(data[4 + 4 * dims :]), dtype=torch.uint8).reshape(shape)


def save(state, path):
    """The format of https://github.com/huggingface/safetensors, whose package does the same."""
    header, body = {"__metadata__": {"format": "pt"}}, b""
    for name, tensor in state.items():
        words = tensor.half().contiguous().flatten().view(torch.int16).tolist()
        part = struct.pack(f"<{len(words)}h", *words)
        offsets = [len(body), len(body) + len(part)]
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": offsets}
        body += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


folder, out = sys.argv[1:]
torch.manual_seed(1)
torch.set_num_threads(1)
images = read(folder, "train-images-idx3-ubyte").reshape(-1, 784).float() / 255
labels = read(folder, "train-labels-idx1-ubyte").long()
model = nn.Sequential(nn.Linear(784, 32), nn.ReLU(), nn.Linear(32, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
for epoch in range(3):
    total = 0.0
    for rows in torch.randperm(len(images)).split(100):
        loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    print(f"epoch {epoch + 1}: loss {total / len(images):.4f}")
save(model.state_dict(), out)
