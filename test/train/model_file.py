"""Loads a model file with safetensors.torch, and says what PyTorch's modules compute with it, as JSON.

    python model_file.py FILE
"""

import json
import sys

import torch
from safetensors import safe_open
from safetensors.torch import load_file

model = torch.nn.Sequential(
    torch.nn.Conv2d(1, 2, 3, padding=1),
    torch.nn.BatchNorm2d(2),
    torch.nn.ReLU(),
    torch.nn.Flatten(),
    torch.nn.Linear(32, 3),
)
names = list(load_file(sys.argv[1]))
model.load_state_dict(load_file(sys.argv[1]), strict=True)
model.eval()
with safe_open(sys.argv[1], framework="pt") as file:
    description = json.loads(file.metadata()["gradweave.model"])
x = torch.arange(32, dtype=torch.float32).reshape(2, 1, 4, 4) / 32
with torch.no_grad():
    outputs = model(x)
print(json.dumps({"names": names, "description": description, "outputs": outputs.ravel().tolist()}))
