"""How far training runs part if their initial weights differ by about the rounding of float32.

  python3 sensitivity.py DATA TEXT TRACE.json [RUNS]

Repeats a trace in float64, then RUNS times (40) with each initial weight times 1 + 1e-7 z, z normal. Prints the distances of
the final weights, as `gradweave parity` measures them, from the smallest to the largest. If a few are a hundred times the
others, a unit near 0 went to the other side of its ReLU there: a float32 run of this trace may do so, too.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file
from traces import distance, run


def main(folder, text_file, trace, runs=40):
    torch.set_num_threads(1)
    config = json.loads(Path(trace).read_text())["config"]
    text = Path(text_file).read_text(encoding="utf-8")
    tensors = load_file(Path(trace).with_suffix(".safetensors"))
    initial = {k[5:]: v.double() for k, v in tensors.items() if k.startswith("init.")}
    indices = tensors["indices"].long()
    noise = torch.Generator().manual_seed(0)

    def final(scale):
        moved = {
            k: v * (1 + scale * torch.randn(v.shape, generator=noise, dtype=torch.float64))
            for k, v in initial.items()
        }
        return run(config, folder, text, torch.float64, moved, indices)[3]

    exact = final(0)
    print(*(f"{d:.1e}" for d in sorted(distance(final(1e-7), exact) for _ in range(int(runs)))))


if __name__ == "__main__":
    main(*sys.argv[1:])
