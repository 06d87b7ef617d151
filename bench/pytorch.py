"""PyTorch's side of the bench: trains the paper's network on request and measures its own time.

Reads a request as a line of JSON from standard input and answers with a line of JSON:
  {"do": "modes"}                                              -> ["CPU, 1 thread", ...]
  {"do": "make", "mode", "loss", "optimizer", "learningRate"}  -> id
  {"do": "run", "id", "steps"}                                 -> milliseconds
  {"do": "accuracy", "id"}                                     -> share of the test images

An answer is {"value": ...} or {"error": "..."}. Start it with: python3 pytorch.py FOLDER, the folder of
the four Fashion-MNIST files, gzipped or not.
"""

import gzip
import json
import os
import struct
import sys
import time

import torch
from torch import nn

WIDTHS = [784, 128, 64, 10]
BATCH = 100
DROPOUT = 0.2
MEAN, DEVIATION = 0.2860, 0.3530


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
    images = read_idx(images_path).reshape(-1, WIDTHS[0])
    labels = read_idx(labels_path)
    return (images.float() / 255 - MEAN) / DEVIATION, labels.long()


def network():
    layers = []
    for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
        layers.append(nn.Linear(inputs, outputs))
        if outputs != WIDTHS[-1]:
            layers += [nn.ReLU(), nn.Dropout(DROPOUT)]
    return nn.Sequential(*layers)


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

    def __init__(self, data, device, threads, way, loss, optimizer, rate):
        torch.manual_seed(1)
        self.threads, self.way, self.device = threads, way, device
        self.mse = loss == "mse"
        self.images, self.labels, self.test_images, self.test_labels = data[device]
        self.model = network().to(device)
        # A captured step must not need the CPU. The fused forms are CUDA's fastest.
        fast = {"capturable": True} if way == "graph" and optimizer == "adam" else {}
        if optimizer == "adam":
            self.optimizer = torch.optim.Adam(self.model.parameters(), lr=rate, **fast)
        else:
            self.optimizer = torch.optim.SGD(self.model.parameters(), lr=rate)
        self.criterion = nn.MSELoss() if self.mse else nn.CrossEntropyLoss()
        self.at = 0
        self.graph = None
        if way == "compile":
            self.forward = torch.compile(self.compute)
        else:
            self.forward = self.compute
        if way == "graph":
            self.capture()

    def compute(self, images, labels):
        target = nn.functional.one_hot(labels, WIDTHS[-1]).float() if self.mse else labels
        return self.criterion(self.model(images), target)

    def train(self, images, labels):
        self.optimizer.zero_grad(set_to_none=True)
        self.forward(images, labels).backward()
        self.optimizer.step()

    def batch(self):
        if self.at + BATCH > len(self.images):
            self.at = 0
        part = slice(self.at, self.at + BATCH)
        self.at += BATCH
        return self.images[part], self.labels[part]

    def capture(self):
        images, labels = self.batch()
        self.static = images.clone(), labels.clone()
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
            images, labels = self.batch()
            if self.graph is None:
                self.train(images, labels)
            else:
                self.static[0].copy_(images)
                self.static[1].copy_(labels)
                self.graph.replay()
        self.wait()
        return (time.perf_counter() - start) * 1000

    def wait(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def accuracy(self):
        self.model.eval()
        with torch.no_grad():
            right = self.model(self.test_images).argmax(1) == self.test_labels
        return right.float().mean().item()


class Data(dict):
    """The data set by device, loaded on first use."""

    def __init__(self, paths):
        super().__init__()
        self.paths = paths

    def __missing__(self, device):
        images, labels = load(*self.paths[:2])
        torch.manual_seed(1)
        order = torch.randperm(len(images))
        parts = images[order], labels[order], *load(*self.paths[2:])
        self[device] = tuple(part.to(device) for part in parts)
        return self[device]


def main():
    data = Data(sys.argv[1:])
    known = modes()
    loops = []

    def answer(request):
        if request["do"] == "modes":
            # Load now, so that it does not count as part of a first step.
            for device, _, _ in known.values():
                data[device]
            return list(known)
        if request["do"] == "make":
            device, threads, way = known[request["mode"]]
            rate = request["learningRate"]
            loops.append(
                Loop(data, device, threads, way, request["loss"], request["optimizer"], rate)
            )
            return len(loops) - 1
        loop = loops[request["id"]]
        return loop.run(request["steps"]) if request["do"] == "run" else loop.accuracy()

    for line in sys.stdin:
        try:
            reply = {"value": answer(json.loads(line))}
        except Exception as error:  # The command decides what a failure means.
            reply = {"error": "%s: %s" % (type(error).__name__, error)}
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main()
