"""Networks of PyTorch's as ONNX files, by both of its exporters: `python torch_files.py FOLDER`.

    pip install torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 safetensors==0.8.0 numpy

Writes NAME.EXPORTER.onnx, and NAME.safetensors with `inputs` and `outputs`. Images are [channels, height, width].
"""

import pathlib
import sys
import warnings

import torch
from safetensors.torch import save_file
from torch import nn

warnings.filterwarnings("ignore")
FOLDER = pathlib.Path(sys.argv[1])
SAMPLES = 4


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)
        self.act = nn.SiLU()

    def forward(self, x):
        return torch.relu(x + self.conv2(self.act(self.bn1(self.conv1(x)))))


class Residual(nn.Module):
    """Sizes are asked of the tensors, as many networks do."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.layer1 = nn.Sequential(Block(8), Block(8))
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        x = self.pool(self.layer1(self.stem(x)))
        return self.fc(x.view(x.size(0), -1))


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 6)
        self.position = nn.Parameter(torch.randn(7, 6))
        self.norm = nn.LayerNorm(6)
        self.up = nn.Linear(6, 12)
        self.down = nn.Linear(12, 6)

    def forward(self, x):
        x = self.embed(x) + self.position
        return x + self.down(nn.functional.gelu(self.up(self.norm(x))))


NETWORKS = {
    "perceptron": (
        nn.Sequential(
            nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 10)
        ),
        [28, 28],
    ),
    "activations": (
        nn.Sequential(
            *[nn.Linear(6, 8), nn.GELU(), nn.Linear(8, 8), nn.GELU("tanh"), nn.Linear(8, 8)],
            *[nn.SiLU(), nn.Linear(8, 8), nn.ELU(0.5), nn.Linear(8, 8), nn.LeakyReLU(0.1)],
            *[nn.Linear(8, 8), nn.Softplus(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8)],
            *[nn.Sigmoid(), nn.Linear(8, 3), nn.Softmax(-1)],
        ),
        [6],
    ),
    "convolutions": (
        nn.Sequential(
            *[nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)],
            *[nn.Conv2d(8, 8, 3, groups=8), nn.ReLU(), nn.AvgPool2d(2, padding=1)],
            *[nn.ConvTranspose2d(8, 4, 2, stride=2), nn.BatchNorm2d(4), nn.Flatten()],
            *[nn.Linear(144, 10)],
        ),
        [3, 12, 12],
    ),
    "residual": (Residual(), [3, 8, 8]),
    "sequences": (
        nn.Sequential(
            *[nn.Conv1d(3, 8, 5, padding=2), nn.ReLU(), nn.MaxPool1d(2)],
            *[nn.Conv1d(8, 6, 3), nn.ReLU(), nn.Flatten(), nn.BatchNorm1d(36), nn.Linear(36, 4)],
        ),
        [3, 16],
    ),
    "norms": (
        nn.Sequential(
            nn.Linear(5, 8), nn.LayerNorm(8), nn.ReLU(), nn.BatchNorm1d(8), nn.Linear(8, 3)
        ),
        [5],
    ),
    "tokens": (Tokens(), [7]),
}


def randomised(model):
    """Weights and statistics that are none of the initial values."""
    with torch.no_grad():
        for name, value in model.named_buffers():
            if name.endswith("running_mean"):
                value.normal_()
            elif name.endswith("running_var"):
                value.uniform_(0.5, 2)
        for module in model.modules():
            if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm)):
                module.weight.uniform_(0.5, 2)
                module.bias.normal_()


torch.manual_seed(5)
for name, (model, shape) in NETWORKS.items():
    randomised(model)
    model.eval()
    inputs = (
        torch.randint(11, (SAMPLES, *shape)) if name == "tokens" else torch.randn(SAMPLES, *shape)
    )
    with torch.no_grad():
        outputs = model(inputs)
    save_file(
        {"inputs": inputs.float().contiguous(), "outputs": outputs.contiguous()},
        str(FOLDER / f"{name}.safetensors"),
    )
    torch.onnx.export(
        model,
        (inputs,),
        str(FOLDER / f"{name}.script.onnx"),
        dynamo=False,
        input_names=["x"],
        output_names=["y"],
        dynamic_axes={"x": {0: "batch"}, "y": {0: "batch"}},
    )
    torch.onnx.export(
        model,
        (inputs,),
        str(FOLDER / f"{name}.dynamo.onnx"),
        dynamo=True,
        external_data=False,
        verbose=False,
        dynamic_shapes=({0: torch.export.Dim("batch")},),
    )
print(f"{len(NETWORKS)} networks of torch {torch.__version__}")
