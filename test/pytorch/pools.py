"""Makes pools.gen.ts: PyTorch's pools in float64 and their gradients, for images that both sides compute, many numbers equal.

    pip install torch==2.13.0 numpy && python pools.py
"""

import json
import math
import pathlib

import torch

nn = torch.nn
# A layer, its size, its options here, and the images [N, H, W, C].
CASES = [
    ("maxPool2d", 2, {}, nn.MaxPool2d(2), [2, 4, 6, 3]),
    ("maxPool2d", 2, {}, nn.MaxPool2d(2), [1, 5, 7, 2]),
    ("maxPool2d", 3, {"stride": 1, "padding": 1}, nn.MaxPool2d(3, stride=1, padding=1), [2, 5, 4, 2]),
    ("maxPool2d", [3, 2], {"stride": [2, 1], "padding": [1, 0]}, nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0)), [1, 7, 5, 2]),
    ("maxPool2d", 3, {"stride": 2, "ceilMode": True}, nn.MaxPool2d(3, stride=2, ceil_mode=True), [1, 6, 8, 1]),
    ("maxPool2d", 2, {"stride": 3, "padding": 1, "ceilMode": True}, nn.MaxPool2d(2, stride=3, padding=1, ceil_mode=True), [1, 6, 7, 1]),
    ("maxPool2d", [2, 3], {"dilation": [3, 2], "stride": 2, "padding": [1, 1]}, nn.MaxPool2d((2, 3), dilation=(3, 2), stride=2, padding=(1, 1)), [1, 8, 9, 2]),
    ("avgPool2d", 2, {}, nn.AvgPool2d(2), [2, 5, 6, 3]),
    ("avgPool2d", 3, {"stride": 1, "padding": 1}, nn.AvgPool2d(3, stride=1, padding=1), [1, 5, 4, 2]),
    ("avgPool2d", 3, {"stride": 2, "padding": 1, "countIncludePad": False}, nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), [1, 6, 5, 2]),
    ("avgPool2d", [2, 3], {"stride": [2, 2], "padding": [1, 1], "ceilMode": True}, nn.AvgPool2d((2, 3), stride=(2, 2), padding=(1, 1), ceil_mode=True), [1, 5, 6, 2]),
    ("avgPool2d", 3, {"stride": 2, "padding": 1, "ceilMode": True, "countIncludePad": False}, nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False), [1, 6, 6, 1]),
    ("avgPool2d", [5, 4], {}, nn.AvgPool2d((5, 4)), [2, 5, 4, 3]),
    ("adaptiveAvgPool2d", 1, {}, nn.AdaptiveAvgPool2d(1), [3, 3, 5, 2]),
    ("adaptiveAvgPool2d", [2, 3], {}, nn.AdaptiveAvgPool2d((2, 3)), [1, 4, 6, 2]),
    # Sequences [N, L, C].
    ("maxPool1d", 3, {"stride": 2, "padding": 1, "ceilMode": True}, nn.MaxPool1d(3, stride=2, padding=1, ceil_mode=True), [2, 8, 3]),
    ("maxPool1d", 2, {"dilation": 3}, nn.MaxPool1d(2, dilation=3), [1, 9, 2]),
    ("avgPool1d", 3, {"stride": 1, "padding": 1, "countIncludePad": False}, nn.AvgPool1d(3, stride=1, padding=1, count_include_pad=False), [2, 5, 2]),
    ("avgPool1d", 2, {}, nn.AvgPool1d(2), [1, 7, 5]),
    ("adaptiveAvgPool1d", 2, {}, nn.AdaptiveAvgPool1d(2), [2, 6, 3]),
]


def pixel(i):
    return ((7 * i * i + i) % 5 - 2) / 2


def target(i):
    return math.sin(3 * i + 1)


def run(layer, shape):
    count = math.prod(shape)
    x = torch.tensor([pixel(i) for i in range(count)], dtype=torch.float64).reshape(shape).requires_grad_()
    y = layer(x.movedim(-1, 1)).movedim(1, -1).contiguous()
    t = torch.tensor([target(i) for i in range(y.numel())], dtype=torch.float64).reshape(y.shape)
    ((y - t) ** 2).mean().backward()
    return [list(y.shape), y.flatten().tolist(), x.grad.flatten().tolist()]


def flat():
    x = torch.arange(24, dtype=torch.float64).reshape(2, 2, 2, 3)
    return nn.Flatten()(x.permute(0, 3, 1, 2)).flatten().tolist()


cases = [[name, size, options, shape, *run(layer, shape)] for name, size, options, layer, shape in CASES]
lines = ",\n".join(f"  {json.dumps(case)}" for case in cases)
pathlib.Path(__file__).with_name("pools.gen.ts").write_text(
    f"// Made by pools.py with PyTorch {torch.__version__}.\n\n"
    "/** A layer, its size and options, the images [N, H, W, C], the result's shape, the result and dL/dx. */\n"
    "export const POOLS: readonly [\n"
    "  `${'maxPool' | 'avgPool' | 'adaptiveAvgPool'}${1 | 2}d`,\n"
    "  number | readonly [number, number],\n"
    "  object,\n"
    "  readonly number[],\n"
    "  readonly number[],\n"
    "  readonly number[],\n"
    "  readonly number[],\n"
    "][] = [\n"
    f"{lines},\n];\n\n"
    "/** The numbers from 0 as images [2, 2, 2, 3], flattened. */\n"
    f"export const FLAT = {json.dumps([int(v) for v in flat()])};\n"
)
