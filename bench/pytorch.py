"""PyTorch's side of the bench: trains networks on request and measures its own time.

Reads a request as a line of JSON from standard input and answers with a line of JSON:
  {"do": "modes"}                              -> ["CPU, 1 thread", ...]
  {"do": "make", "mode", "spec", "text"?}      -> id
  {"do": "run", "id", "steps"}                 -> milliseconds
  {"do": "evaluate", "id", "tested"}           -> {"loss", "accuracy"} on the first images, or on the text's windows
  {"do": "forget", "id"}                       -> null

"spec" is a StepSpec of src/bench/peer.ts, and "text" the tokens of both splits. An answer is {"value": ...} or
{"error": "..."}. Start it with: python3 pytorch.py FOLDER, the folder of the four Fashion-MNIST files, gzipped or not.
"""

import gzip
import json
import os
import struct
import sys
import time

import torch
from torch import nn

SIDE = 28


def read_idx(path):
    with open(path, "rb") as file:
        data = file.read()
    # Names do not say whether a file is gzipped.
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
    rank = data[3]
    sizes = struct.unpack(">" + "I" * rank, data[4 : 4 + 4 * rank])
    body = bytearray(data[4 + 4 * rank :])
    return torch.frombuffer(body, dtype=torch.uint8).reshape(sizes)


def load(images_path, labels_path):
    images = read_idx(images_path).reshape(-1, 1, SIDE, SIDE)
    labels = read_idx(labels_path)
    return images.float() / 255, labels.long()


def windows(tokens, length):
    """Windows that do not overlap, and the token after each of theirs."""
    count = (len(tokens) - 1) // length
    tokens = torch.tensor(tokens)
    return (
        tokens[: count * length].reshape(count, length),
        tokens[1 : count * length + 1].reshape(count, length),
    )


class Positions(nn.Module):
    def __init__(self, length, width):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(length, width))

    def forward(self, x):
        return x + self.weight


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, x):
        batch, time, width = x.shape
        parts = self.qkv(x).view(batch, time, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        y = nn.functional.scaled_dot_product_attention(q, k, v, is_causal=True)
        return self.proj(y.transpose(1, 2).reshape(batch, time, width))


class Residual(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.inner = network(layers)

    def forward(self, x):
        return x + self.inner(x)


LAYERS = {
    "linear": lambda s: nn.Linear(s["inputs"], s["outputs"]),
    "relu": lambda s: nn.ReLU(),
    "gelu": lambda s: nn.GELU(),
    "dropout": lambda s: nn.Dropout(s["rate"]),
    "conv": lambda s: nn.Conv2d(s["inputs"], s["outputs"], s["kernel"], padding=s["padding"]),
    "maxPool": lambda s: nn.MaxPool2d(s["size"]),
    "flatten": lambda s: nn.Flatten(),
    "embedding": lambda s: nn.Embedding(s["count"], s["width"]),
    "positions": lambda s: Positions(s["length"], s["width"]),
    "norm": lambda s: nn.LayerNorm(s["width"]),
    "attention": lambda s: Attention(s["width"], s["heads"]),
    "residual": lambda s: Residual(s["layers"]),
}


def network(layers):
    return nn.Sequential(*[LAYERS[layer["kind"]](layer) for layer in layers])


def optimizer_of(spec, parameters, fast):
    rate = spec["learningRate"]
    if spec["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, lr=rate)
    if spec["optimizer"] == "adam":
        return torch.optim.Adam(parameters, lr=rate, **fast)
    return torch.optim.AdamW(parameters, lr=rate, weight_decay=spec["weightDecay"], **fast)


def modes():
    """What this installation and this machine can do: mode -> (device, threads, way)."""
    found = {"CPU, 1 thread": ("cpu", 1, "eager")}
    cores = os.cpu_count() or 1
    if cores > 1:
        found["CPU, %d threads" % cores] = ("cpu", cores, "eager")
    compiles = hasattr(torch, "compile")
    if torch.cuda.is_available():
        name = torch.cuda.get_device_name()
        found[name + ", eager"] = ("cuda", cores, "eager")
        if compiles:
            found[name + ", torch.compile"] = ("cuda", cores, "compile")
        found[name + ", CUDA graph"] = ("cuda", cores, "graph")
    return found


class Loop:
    """A training loop with its data on the device, shuffled once: a batch is a slice, not a copy."""

    def __init__(self, data, device, threads, way, spec):
        torch.manual_seed(1)
        self.threads, self.way, self.device = threads, way, device
        self.batch_size = spec["batch"]
        self.mse = spec["loss"] == "mse"
        self.inputs, self.labels, self.test_inputs, self.test_labels = data
        self.model = network(spec["network"]["layers"]).to(device)
        # A captured step must not need the CPU. The fused forms are CUDA's fastest.
        fast = {"capturable": True} if way == "graph" else {}
        self.optimizer = optimizer_of(spec, self.model.parameters(), fast)
        self.criterion = nn.MSELoss() if self.mse else nn.CrossEntropyLoss()
        self.at = 0
        self.graph = None
        if way == "compile":
            self.forward = torch.compile(self.compute)
        else:
            self.forward = self.compute
        if way == "graph":
            self.capture()

    def compute(self, inputs, labels):
        outputs = self.model(inputs).flatten(0, -2)
        return self.criterion(outputs, self.target(outputs, labels.flatten()))

    def target(self, outputs, labels):
        return nn.functional.one_hot(labels, outputs.shape[-1]).float() if self.mse else labels

    def train(self, inputs, labels):
        self.optimizer.zero_grad(set_to_none=True)
        self.forward(inputs, labels).backward()
        self.optimizer.step()

    def batch(self):
        if self.at + self.batch_size > len(self.inputs):
            self.at = 0
        part = slice(self.at, self.at + self.batch_size)
        self.at += self.batch_size
        return self.inputs[part], self.labels[part]

    def capture(self):
        inputs, labels = self.batch()
        self.static = inputs.clone(), labels.clone()
        aside = torch.cuda.Stream()
        aside.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(aside):
            for _ in range(3):
                self.train(*self.static)
        torch.cuda.current_stream().wait_stream(aside)
        self.graph = torch.cuda.CUDAGraph()
        self.optimizer.zero_grad(set_to_none=True)
        with torch.cuda.graph(self.graph):
            self.forward(*self.static).backward()
            self.optimizer.step()

    def run(self, steps):
        torch.set_num_threads(self.threads)
        self.model.train()
        self.wait()
        start = time.perf_counter()
        for _ in range(steps):
            inputs, labels = self.batch()
            if self.graph is None:
                self.train(inputs, labels)
            else:
                self.static[0].copy_(inputs)
                self.static[1].copy_(labels)
                self.graph.replay()
        self.wait()
        return (time.perf_counter() - start) * 1000

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def evaluate(self, tested):
        torch.set_num_threads(self.threads)
        self.model.eval()
        inputs, labels = self.test_inputs, self.test_labels
        if tested:
            inputs, labels = inputs[:tested], labels[:tested]
        with torch.no_grad():
            outputs = self.model(inputs).flatten(0, -2)
            labels = labels.flatten()
            loss = self.criterion(outputs, self.target(outputs, labels))
            right = outputs.argmax(1) == labels
        return {"loss": loss.item(), "accuracy": right.float().mean().item()}


class Images(dict):
    """The standardised images by device, mean and deviation, loaded on first use."""

    def __init__(self, paths):
        super().__init__()
        self.paths = paths

    def __missing__(self, key):
        device, mean, deviation = key
        train, labels = load(*self.paths[:2])
        test, test_labels = load(*self.paths[2:])
        torch.manual_seed(1)
        order = torch.randperm(len(train))
        scaled = [(images - mean) / deviation for images in (train[order], test)]
        parts = scaled[0], labels[order], scaled[1], test_labels
        self[key] = tuple(part.to(device) for part in parts)
        return self[key]


def text_of(text, length, device):
    torch.manual_seed(1)
    inputs, labels = windows(text["train"], length)
    order = torch.randperm(len(inputs))
    parts = inputs[order], labels[order], *windows(text["test"], length)
    return tuple(part.to(device) for part in parts)


def length_of(layers):
    return next(layer["length"] for layer in layers if layer["kind"] == "positions")


def main():
    images = Images(sys.argv[1:])
    known = modes()
    loops = []

    def answer(request):
        if request["do"] == "modes":
            return list(known)
        if request["do"] == "make":
            device, threads, way = known[request["mode"]]
            spec = request["spec"]
            if "text" in request:
                length = length_of(spec["network"]["layers"])
                data = text_of(request["text"], length, device)
            else:
                data = images[(device, *spec["normalize"])]
            loops.append(Loop(data, device, threads, way, spec))
            return len(loops) - 1
        at = request["id"]
        if request["do"] == "forget":
            loops[at] = None
            return None
        if request["do"] == "run":
            return loops[at].run(request["steps"])
        return loops[at].evaluate(request["tested"])

    for line in sys.stdin:
        try:
            reply = {"value": answer(json.loads(line))}
        except Exception as error:  # The command decides what a failure means.
            reply = {"error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
