"""Speed of the Wave-U-Net of the paper: mixing on one core against plain convolutions, training, a GPU if there is one.

    python tests/benchmarks/wave_u_net.py [--json]

What is compared runs in turns, in the same process, with one thread; times are medians of CPU time.
Arithmetic is counted as the plain network's, whatever a form really computes ("nominal").
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

THREADS = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")}
os.environ.update(THREADS)  # before numpy is imported

sys.path.insert(1, str(Path(__file__).resolve().parents[1]))  # the tests' second implementations

import numpy as np  # noqa: E402
import torch  # noqa: E402
from figures import Figure, show  # noqa: E402
from torch import Tensor  # noqa: E402
from torch.nn import functional  # noqa: E402
from wave_u_net_oracle import conv1d_wave_u_net, random_network  # noqa: E402

from stimuli.models.devices import exact_float32, has_fast_bfloat16  # noqa: E402
from stimuli.models.inference import mix_whole  # noqa: E402
from stimuli.models.wave_u_net import WaveUNet  # noqa: E402
from stimuli.models.wave_u_net_config import WaveUNetConfig  # noqa: E402
from stimuli.models.wave_u_net_fast import FastWaveUNet  # noqa: E402

RATE_HZ = 44_100
PAPER = WaveUNetConfig()
PAPER_FRAME = 89_093
OUR_FRAME = 131_077  # the frame of `evalkit mix`: 3 s
MATRIX = 1536
ROUNDS = 7
Forms = Mapping[str, Callable[[], object]]


def main() -> None:
    """Run everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    words = parser.parse_args()
    torch.set_num_threads(1)
    figures = [*mixing_figures(), *rough_figures(), *training_figures()]
    notes = [
        f"CPU: one thread, medians of {ROUNDS} runs in turns; frame: the paper's, {PAPER_FRAME} samples, or ours, 3 s. "
        "Matrix rate: the fastest of three libraries; where it is passed, their products are slower than convolutions.",
    ]
    if torch.cuda.is_available():
        figures += [*gpu_figures("cuda:0"), *gpu_training_figures("cuda:0")]
        notes.append(f"GPU: {torch.cuda.get_device_name(0)}")
    else:
        notes.append("GPU, mixing and training: not measured: no accelerator")
    show("Wave-U-Net of the paper's size", figures, as_json=words.json, notes=notes)


def mixing_figures() -> list[Figure]:
    """Compare forms of the network on frames of random weights, and with matrix products."""
    network = random_network(PAPER)
    forms_of = {"fp32": FastWaveUNet(network)}
    products = {"fp32": matrix_products(torch.float32)}
    if has_fast_bfloat16("cpu"):
        forms_of["bf16"] = FastWaveUNet(network, precision="bfloat16")
        products["bf16"] = {"bf16 product": matrix_products(torch.bfloat16)["torch"]}
    made: list[Figure] = []
    for outputs, frame in ((PAPER_FRAME, ""), (OUR_FRAME, "_3s_frame")):
        signal = noise(PAPER, 1, outputs)
        forms: dict[str, Callable[[], object]] = {"conv1d": partial(conv1d_wave_u_net, network, signal)}
        for name, form in forms_of.items():
            forms |= {name: partial(form, signal), **products[name]}
        with torch.inference_mode():
            took = alternating(forms)
            difference = float((conv1d_wave_u_net(network, signal) - forms_of["fp32"](signal)).abs().max())
        for name in forms_of:
            rate = 2.0 * MATRIX**3 / min(took[product] for product in products[name])
            made += [
                Figure(
                    name=f"cpu_{name}_speedup_one_core{frame}",
                    value=took["conv1d"] / took[name],
                    unit="x plain Conv1d in float32, one core",
                    at_least=1.9 if name == "fp32" else 4,
                ),
                Figure(
                    name=f"cpu_{name}_share_of_matrix_rate{frame}",
                    value=200.0 * multiplications(network, outputs) / took[name] / rate,
                    unit="%, nominal arithmetic",
                    at_least=80 if name == "fp32" else None,
                ),
                Figure(name=f"cpu_{name}_matrix_rate{frame}", value=rate / 1e9, unit="GFLOP/s, one core"),
                Figure(
                    name=f"cpu_{name}_real_time{frame}",
                    value=outputs / RATE_HZ / took[name],
                    unit="x real time, one core",
                ),
            ]
        made.append(
            Figure(
                name=f"cpu_fp32_difference{frame}",
                value=difference,
                unit="of full scale, from plain Conv1d",
                at_most=1e-6,
            )
        )
    return made


def rough_figures() -> list[Figure]:
    """Compare the shipped networks' mixes of a simulated item in bfloat16 and float32."""
    from stimuli.datasets.simulated import simulate
    from stimuli.systems.wave_u_net import System, WaveUNetOptions

    if not has_fast_bfloat16("cpu"):
        return []
    system = System(WaveUNetOptions())
    with tempfile.TemporaryDirectory() as folder:
        microphones = simulate(Path(folder) / "data", preset="tiny", seed=1).of_split("test")[0].load_inputs()
    made = []
    for task in ("dry", "wet"):
        place = system.shipped(task)
        if place is not None:
            network = system.load(place).network
            exact, rough = mix_whole(network, microphones), mix_whole(network, microphones, precision="bfloat16")
            snr_db = 10 * np.log10(np.sum(exact**2) / np.sum((rough - exact) ** 2))
            made.append(Figure(name=f"cpu_bf16_snr_{task}", value=float(snr_db), unit="dB, shipped trained weights"))
    return made


def training_figures() -> list[Figure]:
    """Compare steps of training: plain convolutions, ours, ours in bfloat16; three passes are the work of a step."""
    made: list[Figure] = []
    for size, config, batch, at_least in (
        ("paper", PAPER, 1, PAPER_FRAME),
        ("small", WaveUNetConfig(initial_filters=8), 4, RATE_HZ),
    ):
        network = WaveUNet(config)
        outputs = config.output_samples(at_least)
        signal = noise(config, batch, outputs)
        steps = {
            "conv1d": partial(exact_step, partial(conv1d_wave_u_net, network), signal),
            "fp32": partial(exact_step, network, signal),
        }
        if has_fast_bfloat16("cpu"):
            steps["bf16"] = partial(rough_step, network, signal)
        products = matrix_products(torch.float32)
        took = alternating({**steps, **products}, rounds=3)
        rate = 2.0 * MATRIX**3 / min(took[name] for name in products)
        for name in steps:
            label = f"cpu_training_{size}_{name}"
            share = 100 * 6.0 * multiplications(network, outputs) * batch / took[name] / rate
            made += [
                Figure(name=label, value=batch / took[name], unit="examples/s, one core"),
                Figure(name=f"{label}_share_of_matrix_rate", value=share, unit="% of the float32 rate"),
            ]
    return made


def exact_step(form: Callable[[Tensor], Tensor], signal: Tensor) -> None:
    """Go forth and back once; the optimiser's own work is left out."""
    form(signal).abs().mean().backward()  # type: ignore[no-untyped-call]


def rough_step(form: Callable[[Tensor], Tensor], signal: Tensor) -> None:
    """Go forth and back once with products in bfloat16."""
    with torch.autocast(signal.device.type, torch.bfloat16):
        made = form(signal)
    made.float().abs().mean().backward()  # type: ignore[no-untyped-call]


def gpu_figures(device: str, *, tracks: int = 8, seconds: float = 30.0, matrix_size: int = 8192) -> list[Figure]:
    """Mix a batch of whole tracks on a device, and measure its matrix products and its memory's rate beside."""
    outputs = PAPER.output_samples(round(seconds * RATE_HZ))
    network = random_network(PAPER).to(device)
    signal = noise(PAPER, tracks, outputs).to(device)
    source = torch.empty(1 << 28, device=device)
    work = 2.0 * multiplications(network, outputs) * tracks
    made: list[Figure] = []
    with torch.inference_mode(), exact_float32():
        copied = on_device(lambda: source.clone(), device)
        bandwidth = 2 * source.numel() * 4 / copied
        made.append(Figure(name="gpu_bandwidth", value=bandwidth / 1e9, unit="GB/s, copying"))
        for name, precision, dtype in (("fp32", "float32", torch.float32), ("bf16", "bfloat16", torch.bfloat16)):
            fast = FastWaveUNet(network, precision=precision)  # type: ignore[arg-type]
            matrix = torch.randn(matrix_size, matrix_size, device=device, dtype=dtype)
            product = 2.0 * len(matrix) ** 3 / on_device(partial(torch.mm, matrix, matrix), device)
            took = on_device(partial(fast, signal), device)
            moved = values_moved(network, outputs) * tracks * torch.empty(0, dtype=dtype).element_size()
            made += [
                Figure(name=f"gpu_{name}_matrix_rate", value=product / 1e12, unit="TFLOP/s"),
                Figure(name=f"gpu_{name}_real_time", value=tracks * outputs / RATE_HZ / took, unit="x real time"),
                Figure(
                    name=f"gpu_{name}_share_of_matrix_rate",
                    value=100 * work / took / product,
                    unit="%, nominal arithmetic",
                ),
                Figure(
                    name=f"gpu_{name}_share_of_bandwidth",
                    value=100 * moved / took / bandwidth,
                    unit="%, each layer's input read and output written once",
                ),
            ]
    return made


def gpu_training_figures(
    device: str, *, batch: int = 16, at_least: int = PAPER_FRAME, matrix_size: int = 8192
) -> list[Figure]:
    """Compare steps of training on a device, at the paper's size and batch, with its matrix products."""
    network = WaveUNet(PAPER).to(device)
    outputs = PAPER.output_samples(at_least)
    signal = noise(PAPER, batch, outputs).to(device)
    steps: dict[str, Callable[[], object]] = {
        "conv1d": partial(exact_step, partial(conv1d_wave_u_net, network), signal),
        "fp32": partial(exact_step, network, signal),
        "bf16": partial(rough_step, network, signal),
    }
    made: list[Figure] = []
    with exact_float32():
        for name, step in steps.items():
            dtype = torch.bfloat16 if name == "bf16" else torch.float32
            matrix = torch.randn(matrix_size, matrix_size, device=device, dtype=dtype)
            rate = 2.0 * matrix_size**3 / on_device(partial(torch.mm, matrix, matrix), device)
            took = on_device(step, device)
            share = 100 * 6.0 * multiplications(network, outputs) * batch / took / rate
            made += [
                Figure(name=f"gpu_training_{name}", value=batch / took, unit="examples/s"),
                Figure(
                    name=f"gpu_training_{name}_share_of_matrix_rate",
                    value=share,
                    unit="%, of the same precision, nominal arithmetic",
                ),
            ]
    return made


def alternating(forms: Forms, *, rounds: int = ROUNDS) -> dict[str, float]:
    """Return each form's median CPU time in seconds; they run in turns, after a first run that does not count."""
    took: dict[str, list[float]] = {name: [] for name in forms}
    for number in range(rounds + 1):
        for name, form in forms.items():
            before = time.process_time()
            form()
            if number:
                took[name].append(time.process_time() - before)
    return {name: statistics.median(times) for name, times in took.items()}


def on_device(work: Callable[[], object], device: str, *, rounds: int = ROUNDS) -> float:
    """Return the median wall time in seconds of work that a device does on its own."""
    times = []
    for _ in range(rounds + 1):
        before = time.perf_counter()
        work()
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)
        times.append(time.perf_counter() - before)
    return statistics.median(times[1:])


def matrix_products(dtype: torch.dtype) -> dict[str, Callable[[], object]]:
    """Return the product of two square matrices by the libraries at hand: none is the fastest on every processor."""
    matrix = torch.randn(MATRIX, MATRIX).to(dtype)
    array = np.ones((MATRIX, MATRIX), dtype=np.float32)
    rows = matrix.view(1, 1, MATRIX, MATRIX).permute(0, 3, 1, 2)
    taps = matrix.view(MATRIX, MATRIX, 1, 1)
    return {
        "torch": lambda: matrix @ matrix,
        "numpy": lambda: array @ array,
        "convolution": lambda: functional.conv2d(rows, taps),
    }


def noise(config: WaveUNetConfig, batch: int, outputs: int) -> Tensor:
    """Return microphones for a legal number of outputs."""
    generator = torch.Generator().manual_seed(3)
    return 0.1 * torch.randn(batch, config.inputs, config.input_samples(outputs), generator=generator)


def layer_lengths(network: WaveUNet, outputs: int) -> list[tuple[int, int]]:
    """Return (samples in, samples out) of each convolution in order of use."""
    config = network.config
    samples = config.input_samples(outputs)
    lengths = []
    for _ in range(config.levels + 1):
        made = samples - config.down_kernel + 1
        lengths.append((samples, made))
        samples = (made + 1) // 2
    samples = made
    for _ in range(config.levels):
        lengths.append((2 * samples - 1, 2 * samples - config.up_kernel))
        samples = 2 * samples - config.up_kernel
    return [*lengths, (outputs, outputs)]


def multiplications(network: WaveUNet, outputs: int) -> int:
    """Count the plain network's multiplications: 15.558e9 for the paper's frame."""
    return sum(
        made * layer.weight.numel()
        for layer, (_, made) in zip(network.layers(), layer_lengths(network, outputs), strict=True)
    )


def values_moved(network: WaveUNet, outputs: int) -> int:
    """Count the values that the layers read and write, each once."""
    return sum(
        given * layer.weight.shape[1] + made * layer.weight.shape[0]
        for layer, (given, made) in zip(network.layers(), layer_lengths(network, outputs), strict=True)
    )


if __name__ == "__main__":
    main()
