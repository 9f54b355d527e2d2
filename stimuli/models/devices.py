"""Which device computes, and at which precision; the only place that asks torch about hardware."""

from __future__ import annotations

import platform
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from evalkit.errors import ConfigError


def resolve(device: str) -> str:
    """Return the torch device for ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.

    ``auto`` is the first GPU if there is one, else the CPU.

    Raises
    ------
    ConfigError
        If the name is not one of these, or this machine has no such GPU.
    """
    if device == "auto":
        return "cuda:0" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        return "cpu"
    match = re.fullmatch(r"cuda(?::(\d+))?", device)
    if match is None:
        raise ConfigError(f"device: found '{device}', expected auto, cpu, cuda or cuda:N")
    index = int(match.group(1) or 0)
    found = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if index >= found:
        raise ConfigError(f"device: '{device}' is not here: torch sees {found} GPUs; use --device cpu")
    return f"cuda:{index}"


def describe(device: str) -> str:
    """Name the hardware behind a resolved device, for a model card."""
    if device.startswith("cuda"):
        return str(torch.cuda.get_device_name(device))
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return f"CPU, {line.partition(':')[2].strip()}, {torch.get_num_threads()} threads"
    return f"CPU, {platform.processor() or platform.machine()}, {torch.get_num_threads()} threads"


def has_fast_bfloat16(device: str) -> bool:
    """Tell whether the device multiplies bfloat16 matrices in hardware."""
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    flags = Path("/proc/cpuinfo")
    text = flags.read_text(encoding="utf-8", errors="replace") if flags.is_file() else ""
    return " amx_bf16" in text or " avx512_bf16" in text


def is_out_of_memory(error: BaseException) -> bool:
    """Tell whether an error says that the device, or the machine, has no memory left."""
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and re.search(r"out of memory|can't allocate memory", str(error)) is not None


@contextmanager
def exact_float32() -> Iterator[None]:
    """Compute float32 products in float32: TF32 off for matrix products and cuDNN."""
    before = torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    try:
        yield
    finally:
        torch.backends.cuda.matmul.allow_tf32, torch.backends.cudnn.allow_tf32 = before
