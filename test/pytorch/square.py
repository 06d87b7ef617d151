"""Makes square.gen.ts: a run of PyTorch's in which every size that can be equal to another is.

    pip install torch==2.13.0 safetensors==0.8.0 numpy && python square.py

Images are 3 × 3 and not symmetric, layers 9 → 9 → 9 → 3, batches of 9, and both splits hold 27 images.
"""

import base64
import pathlib

import torch
from safetensors.torch import save

torch.manual_seed(14)
torch.use_deterministic_algorithms(True)
COUNT, BATCH, STEPS, STOP = 27, 9, 6, 3

model = torch.nn.Sequential(
    torch.nn.Flatten(),
    torch.nn.Linear(9, 9),
    torch.nn.Tanh(),
    torch.nn.Linear(9, 9),
    torch.nn.Tanh(),
    torch.nn.Linear(9, 3),
)
images, test_images = (torch.randint(256, (COUNT, 3, 3), dtype=torch.uint8) for _ in range(2))
labels, test_labels = (torch.randint(3, (COUNT,), dtype=torch.uint8) for _ in range(2))
indices = torch.randint(COUNT, (STEPS, BATCH), dtype=torch.int32)
loss_of = torch.nn.functional.cross_entropy
run = {
    "images": images,
    "labels": labels,
    "test_images": test_images,
    "test_labels": test_labels,
    "indices": indices,
}


def copies(prefix, tensors):
    run.update({f"{prefix}.{name}": tensor.detach().clone() for name, tensor in tensors.items()})


def evaluated(prefix):
    with torch.no_grad():
        outputs = model(test_images / 255)
        run[f"{prefix}.outputs"] = outputs
        run[f"{prefix}.test_loss"] = loss_of(outputs, test_labels.long())
        run[f"{prefix}.hits"] = (outputs.argmax(1) == test_labels).sum().int()


weights = save(model.state_dict(), {"format": "pt"})
evaluated("init")
optimizer = torch.optim.Adam(model.parameters(), lr=0.01, betas=(0.8, 0.95))
named = dict(model.named_parameters())
losses = []
for step in range(STEPS):
    batch = indices[step].long()
    optimizer.zero_grad()
    loss = loss_of(model(images[batch] / 255), labels[batch].long())
    loss.backward()
    if step == 0:
        copies("grad", {name: p.grad for name, p in named.items()})
    optimizer.step()
    losses.append(loss.detach())
    if step + 1 in (STOP, STEPS):
        prefix = "stop" if step + 1 == STOP else "end"
        copies(prefix, model.state_dict())
        for moment in ("exp_avg", "exp_avg_sq"):
            copies(f"{prefix}.{moment}", {n: optimizer.state[p][moment] for n, p in named.items()})
run["losses"] = torch.stack(losses)
evaluated("end")


def constant(name, what, contents):
    text = base64.b64encode(contents).decode()
    return f"/** {what} */\nexport const {name} =\n  '{text}';\n"


pathlib.Path(__file__).with_name("square.gen.ts").write_text(
    f"// Made by square.py with PyTorch {torch.__version__}; safetensors files in base64.\n\n"
    + constant("WEIGHTS", "The network’s state_dict before training, as safetensors.torch.save wrote it.", weights)
    + "\n"
    + constant("RUN", "Its data, and what PyTorch found.", save(run))
)
