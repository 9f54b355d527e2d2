"""The processes that train one network together, as torchrun starts them: who each is, how they agree.

``torchrun --nproc-per-node 4 -m evalkit train wave_u_net MANIFEST --task wet --out DIR`` starts four
processes (ranks), one for each GPU of the machine, or on the CPU. All read the same items and draw the
same snippets; each computes its share of a batch and of the validation, and all arrive at the same
weights and the same decisions. The first writes. Without torchrun there is one rank, alone.

torch is imported only to join.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from evalkit.errors import ConfigError

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

TIMEOUT = timedelta(hours=2)  # the slowest rank's share of decoding a data set, or of a validation


@dataclass(frozen=True, kw_only=True, slots=True)
class Ranks:
    """This process among those that train together, all of which hold the same batches and decisions."""

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    def share(self, batch: int) -> slice:
        """Return the rows of a batch that are this process's.

        Raises
        ------
        ConfigError
            If a batch cannot be shared equally.
        """
        if batch % self.count:
            raise ConfigError(
                f"training: batch: found {batch}, expected a multiple of {self.count}, the processes of torchrun"
            )
        rows = batch // self.count
        return slice(self.rank * rows, (self.rank + 1) * rows)

    def parallel(self, network: Module) -> Module:
        """Return what to call in a network's place, so that its gradients are the mean over all processes."""
        if self.count == 1:
            return network
        from torch.nn.parallel import DistributedDataParallel

        return DistributedDataParallel(network)

    def whole_batch(self, rows: Tensor) -> Tensor:
        """Return all processes' rows, of which only this process's carry gradients."""
        if self.count == 1:
            return rows
        import torch

        parts = [torch.empty_like(rows) for _ in range(self.count)]
        torch.distributed.all_gather(parts, rows.detach().contiguous())
        parts[self.rank] = rows
        return torch.cat(parts)

    def all_of(self, own: Sequence[Any]) -> list[Any]:
        """Return what all processes found, process by process; a place where each waits for the others."""
        if self.count == 1:
            return list(own)
        import torch

        found: list[Any] = [None] * self.count
        torch.distributed.all_gather_object(found, list(own))
        return [thing for part in found for thing in part]


def of_environment() -> Ranks:
    """Read from torchrun's environment which process this is; alone without torchrun."""
    if "RANK" not in os.environ:
        return Ranks()
    return Ranks(rank=int(os.environ["RANK"]), count=int(os.environ.get("WORLD_SIZE", "1")))


@contextmanager
def joined(device: str) -> Iterator[tuple[Ranks, str]]:
    """Meet the other processes, if there are any, for the time of a training.

    Parameters
    ----------
    device : resolved; ``cuda:N`` becomes this process's own GPU

    Yields
    ------
    which process this is, and its device

    Raises
    ------
    ConfigError
        If there are fewer GPUs than processes.
    """
    ranks = of_environment()
    if ranks.count == 1:
        yield ranks, device
        return
    import torch

    from stimuli.models import devices

    if device.startswith("cuda"):
        device = devices.resolve(f"cuda:{os.environ.get('LOCAL_RANK', '0')}")
        torch.cuda.set_device(device)
    torch.distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo", timeout=TIMEOUT)
    try:
        yield ranks, device
    finally:
        torch.distributed.destroy_process_group()
