"""The Wave-U-Net rearranged for inference: the function of :class:`WaveUNet` to rounding, faster.

What is rearranged, level by level; nothing of it is an approximation:

- Signals are channels-last images, the layout that convolutions run fastest in.
- Interpolation and the convolution after it are one convolution at the lower rate with two phases of
  outputs: a phase's taps are sums of the layer's taps and their halves [1]_.
- The concatenation with the skip connection is never made: the sum of two convolutions is the same.
- The first layer reads pairs of samples as one, so that 2 x 24 outputs fill the vector units.
- In float32 the wide convolutions compute an even and an odd output from three convolutions of half the
  length instead of four [2]_. In bfloat16 its differences would cost precision, so there it is left out.

The last layer is always float32. Gradients are not needed here; training uses :class:`WaveUNet` itself.

References
----------
.. [1] P. P. Vaidyanathan, "Multirate digital filters, filter banks, polyphase networks, and
   applications: a tutorial", Proc. IEEE 78(1), 1990.
.. [2] S. Winograd, "Arithmetic Complexity of Computations", SIAM, 1980: fast finite-impulse-response
   algorithms; here the one with three products for two outputs.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from stimuli.models.training_plan import Precision
from stimuli.models.wave_u_net import WaveUNet, centre, check_microphones

Convolution = Callable[[Tensor], Tensor]

WIDE_INPUTS = 72  # with fewer channels the additions of the halved form cost what it saves


class FastWaveUNet:
    """Mixes as a :class:`WaveUNet` does, with weights derived from its weights at this moment.

    Parameters
    ----------
    network : on the device that is to compute
    precision : of the products of all layers but the last; ``bfloat16`` puts noise at about -50 dB into the mix
    """

    def __init__(self, network: WaveUNet, *, precision: Precision = "float32") -> None:
        self.config = network.config
        self._dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        with torch.no_grad():
            self._first = Paired(network.down[0].weight, network.down[0].bias, dtype=self._dtype)
            self._encoder = [self._convolution(layer.weight, layer.bias) for layer in network.down[1:]]
            self._bottleneck = Direct(network.bottleneck.weight, network.bottleneck.bias, dtype=self._dtype)
            self._decoder: list[tuple[Convolution, Convolution]] = []
            for layer in network.up:
                skip, below = layer.weight.split([len(layer.weight), layer.weight.shape[1] - len(layer.weight)], dim=1)
                self._decoder.append((Direct(skip, layer.bias, dtype=self._dtype), Doubled(below, dtype=self._dtype)))
            output = network.output.weight[:, :, 0].float().T
            self._from_raw, self._from_features = output.split([self.config.inputs, len(output) - self.config.inputs])
            self._output_bias = network.output.bias.float()

    def __call__(self, microphones: Tensor) -> Tensor:
        """Mix (batch, inputs, samples) to (batch, outputs, samples - context), unclipped.

        Raises
        ------
        AudioError
            If the number of channels or the length does not fit.
        """
        check_microphones(microphones, self.config)
        raw = microphones.unsqueeze(2).contiguous(memory_format=torch.channels_last)
        signal = self._rectified(self._first(raw.to(self._dtype)))
        skips = [signal]
        for layer in self._encoder:
            signal = self._rectified(layer(signal[..., ::2]))
            skips.append(signal)
        signal = self._rectified(self._bottleneck(signal[..., ::2]))
        for skip_layer, below_layer in self._decoder:
            below = below_layer(signal)
            skip = centre(skips.pop(), 2 * signal.shape[-1] - 1)
            signal = self._rectified(skip_layer(skip).add_(below))
        features = signal.permute(0, 2, 3, 1).float() @ self._from_features
        direct = centre(raw, signal.shape[-1]).permute(0, 2, 3, 1).float() @ self._from_raw
        return (features + direct + self._output_bias).squeeze(1).transpose(1, 2)

    def _convolution(self, weight: Tensor, bias: Tensor) -> Convolution:
        wide = weight.shape[1] >= WIDE_INPUTS and self._dtype == torch.float32
        return Halved(weight, bias) if wide else Direct(weight, bias, dtype=self._dtype)

    def _rectified(self, signal: Tensor) -> Tensor:
        return functional.leaky_relu_(signal, self.config.leak)


class Direct:
    """A valid convolution as it stands; ``weight`` is (out, in, kernel), signals (batch, in, 1, samples)."""

    def __init__(self, weight: Tensor, bias: Tensor | None, *, dtype: torch.dtype = torch.float32) -> None:
        self._weight = _image(weight, dtype)
        self._bias = None if bias is None else bias.to(dtype)

    def __call__(self, signal: Tensor) -> Tensor:
        return functional.conv2d(signal, self._weight, self._bias)


class Paired:
    """A valid convolution of pairs of samples: twice the channels at half the rate, inside and outside."""

    def __init__(self, weight: Tensor, bias: Tensor, *, dtype: torch.dtype) -> None:
        outputs, inputs, kernel = weight.shape
        self._kernel, self._outputs = kernel, outputs
        even, odd = functional.pad(weight, (0, 1)), functional.pad(weight, (1, 0))
        taps = torch.cat((even, odd)).reshape(2 * outputs, inputs, (kernel + 1) // 2, 2)
        self._weight = _image(taps.permute(0, 3, 1, 2).flatten(1, 2), dtype)
        self._bias = bias.repeat(2).to(dtype)

    def __call__(self, signal: Tensor) -> Tensor:
        batch, inputs, _, samples = signal.shape
        pairs = functional.pad(signal.permute(0, 2, 3, 1), (0, 0, 0, samples % 2)).reshape(batch, 1, -1, 2 * inputs)
        made = functional.conv2d(pairs.permute(0, 3, 1, 2), self._weight, self._bias)
        return _interleaved(made, self._outputs)[..., : samples - self._kernel + 1]


class Doubled:
    """Linear interpolation from N to 2N - 1 samples and a valid convolution without bias, in one.

    The interpolated signal is x[m] at 2m and (x[m] + x[m+1]) / 2 at 2m + 1, so a tap at an even place
    weighs one sample, a tap at an odd place two by half.
    """

    def __init__(self, weight: Tensor, *, dtype: torch.dtype) -> None:
        outputs, inputs, kernel = weight.shape
        self._kernel, self._outputs = kernel, outputs
        phases = weight.new_zeros(2, outputs, inputs, (kernel + 3) // 2)
        for phase in (0, 1):
            for tap in range(kernel):
                place, between = divmod(phase + tap, 2)
                if between:
                    phases[phase, ..., place] += weight[..., tap] / 2
                    phases[phase, ..., place + 1] += weight[..., tap] / 2
                else:
                    phases[phase, ..., place] += weight[..., tap]
        self._weight = _image(phases.flatten(0, 1), dtype)

    def __call__(self, signal: Tensor) -> Tensor:
        pairs = functional.conv2d(signal, self._weight, padding=(0, 1))  # a pair more at each end; one is not valid
        return _interleaved(pairs, self._outputs)[..., 2 : 2 + 2 * signal.shape[-1] - self._kernel]


class Halved:
    """A valid convolution whose even and odd outputs come from three convolutions of half the length.

    With the taps' and the signal's even and odd parts W0, W1, X0, X1, and X0' = X0 one sample later:

        even outputs = W0 X0 + W1 X1  = (W0 + W1) X1 + W0 (X0 - X1)
        odd outputs  = W0 X1 + W1 X0' = (W0 + W1) X1 + W1 (X0' - X1)
    """

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        even, odd = weight[..., ::2], weight[..., 1::2]
        self._kernel = weight.shape[-1]
        self._common = Direct(even + functional.pad(odd, (0, 1)), bias)
        self._even, self._odd = Direct(even, None), Direct(odd, None)

    def __call__(self, signal: Tensor) -> Tensor:
        outputs = signal.shape[-1] - self._kernel + 1
        even, odd = signal[..., ::2], signal[..., 1::2]
        if outputs % 2:  # an odd output too many is made from this zero, and cut
            odd = functional.pad(odd, (0, 1))
        odd = odd.contiguous(memory_format=torch.channels_last)
        common = self._common(odd)
        from_even = self._even(even - odd)
        from_odd = self._odd(even[..., 1:] - odd[..., :-1])
        batch, channels, _, pairs = common.shape
        made = common.new_empty(batch, 1, pairs, 2 * channels).permute(0, 3, 1, 2)
        torch.add(common, from_even, out=made[:, :channels])
        torch.add(common, from_odd, out=made[:, channels:])
        return _interleaved(made, channels)[..., :outputs]


def _interleaved(pairs: Tensor, channels: int) -> Tensor:
    """Read (batch, 2 channels, 1, pairs) as (batch, channels, 1, 2 pairs); channels-last needs no copy."""
    batch = pairs.shape[0]
    return pairs.permute(0, 2, 3, 1).reshape(batch, 1, -1, channels).permute(0, 3, 1, 2)


def _image(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """Return taps (out, in, kernel) as a channels-last image (out, in, 1, kernel)."""
    return weight.detach().unsqueeze(2).to(dtype).contiguous(memory_format=torch.channels_last)
