"""Random draws that give the same numbers on every machine.

Only integers and exactly rounded operations (+ - * / and comparison) touch what is written:
`exp`, `log` and the normal distribution differ in the last digit between processors.
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def stream(seed: int, *topic: object) -> np.random.Generator:
    """A generator of its own for one topic: adding a topic moves no other."""
    digest = hashlib.sha256("/".join(str(part) for part in topic).encode()).digest()
    key = tuple(int.from_bytes(digest[at : at + 4], "little") for at in range(0, 16, 4))
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=key)))


def below(rng: np.random.Generator, n: int, high: int | Ints) -> Ints:
    """n whole numbers, 0 <= x < high (high may differ per draw)."""
    return np.floor(rng.random(n) * high).astype(np.int64)


def chance(rng: np.random.Generator, n: int, per_mille: int | Ints) -> Flags:
    """n flags, true `per_mille` times in a thousand."""
    return below(rng, n, 1000) < per_mille


def skewed(rng: np.random.Generator, n: int, quantiles: tuple[int, ...]) -> Ints:
    """n whole numbers from a distribution given by equally spaced quantiles."""
    steps = len(quantiles) - 1
    table = np.asarray(quantiles, dtype=np.int64)
    position = below(rng, n, steps * 1024)
    step, part = position // 1024, position % 1024
    return table[step] + (table[step + 1] - table[step]) * part // 1024


def weighted(rng: np.random.Generator, n: int, weights: tuple[int, ...]) -> Ints:
    """n indexes into `weights`, drawn in proportion to them."""
    edges = np.cumsum(np.asarray(weights, dtype=np.int64))
    return np.searchsorted(edges, below(rng, n, int(edges[-1])), side="right").astype(np.int64)
