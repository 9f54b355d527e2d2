"""Whether conditions can be told apart by anything but their sound: a classifier and a permutation test.

For each sound of each session the classifier gets everything that a listener's side of the network can see: sizes,
headers, ids, places, order, times. It is ridge regression onto the conditions, on values, ranks within the page and
deciles; the statistic is the sum of the scores that held-out sessions give to the true conditions. Under the
hypothesis that nothing is told, the conditions of a page are exchangeable: they are permuted within each page of
each session [1]_.

What lies behind STREAMINFO is no feature: it is the sound itself, in another form, and can be captured by whoever
hears it.

References
----------
.. [1] Ojala, Garriga, "Permutation tests for studying classifier performance", JMLR 11 (2010), 1833-1863, test 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from leak_observer import Answer, Observation

FOLDS = 5
PERMUTATIONS = 1999
AT_ONCE = 50  # of them
BINS = 10
RIDGE = 10.0
KINDS_LIMIT = 12  # of a header's values: with more it is no category


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """One row a sound: features, condition, page of a session, session."""

    kinds: tuple[str, ...]  # of the features
    values: np.ndarray
    labels: np.ndarray
    pages: np.ndarray
    sessions: np.ndarray


def tabulate(seen: Observation) -> Table:
    """Make features of all sounds that stand on rating pages."""
    slots: dict[str, tuple[str, dict[str, Any]]] = {}
    for answer in seen.answers:
        if isinstance(answer.content, dict) and "slots" in answer.content:
            for slot in answer.content["slots"]:
                slots[slot["audio"]] = (answer.content["id"], {**slot, "page_index": answer.content["index"]})
    sounds = [answer for answer in seen.answers if answer.condition is not None and answer.path in slots]
    kinds: dict[str, list[str]] = {}
    for answer in sounds:
        for name, value in answer.headers:
            kinds.setdefault(name, [])
            if value not in kinds[name]:
                kinds[name].append(value)
    rows = [features(answer, slots[answer.path][1], kinds) for answer in sounds]
    return Table(
        kinds=tuple(kind for kind, _ in rows[0]),
        values=np.array([[row[name] for name in rows[0]] for row in rows]),
        labels=_coded([str(answer.condition) for answer in sounds]),
        pages=_coded([slots[answer.path][0] for answer in sounds]),
        sessions=np.array([answer.session for answer in sounds]),
    )


def features(answer: Answer, slot: dict[str, Any], kinds: dict[str, list[str]]) -> dict[tuple[str, str], float]:
    """Return all that is seen of a sound, as numbers by (kind, name)."""
    found: dict[tuple[str, str], float] = {
        ("size", "bytes"): answer.size,
        ("size", "announced bytes"): slot["bytes"],
        ("size", "streaminfo"): crc32(answer.head),
        ("header", "count"): len(answer.headers),
        ("header", "order"): crc32(repr([name for name, _ in answer.headers]).encode()),
        ("header", "bytes"): sum(len(name) + len(value) for name, value in answer.headers),
        ("order", "slot"): slot["slot"],
        ("order", "label"): ord(slot["label"]),
        ("order", "page"): slot["page_index"],
        ("order", "request"): answer.number,
        ("id", "slot"): int(slot["id"][:8], 16),
        ("id", "checksum"): int(slot["sha256"][:8], 16),
        ("id", "initial"): slot["initials"]["score"],
        ("time", "first byte"): answer.first_byte_ms,
        ("time", "whole"): answer.whole_ms,
        ("time", "transfer"): answer.whole_ms - answer.first_byte_ms,
        ("time", "since the last"): answer.since_last_ms,
    }
    given = dict(answer.headers)
    for name, values in kinds.items():
        value = given.get(name)
        found["header", f"length of {name}"] = -1 if value is None else len(value)
        if len(values) <= KINDS_LIMIT:
            found["header", name] = -1 if value is None else values.index(value)
    return {key: float(value) for key, value in found.items()}


def p_value(table: Table, *, seed: int) -> float:
    """Return the probability of so good a classifier if nothing is told; at least 1 / (permutations + 1).

    There is one classifier for each kind of feature and one for all: the best of them counts, among the permutations
    as well, so that looking six times is no advantage.
    """
    rng = np.random.default_rng(seed)
    whole = np.eye(table.labels.max() + 1, dtype=np.float32)[table.labels]
    machines = [_trained(_encoded(table, kind), table.sessions) for kind in (*sorted(set(table.kinds)), None)]
    groups = [np.flatnonzero(table.pages == page) for page in np.unique(table.pages)]
    orders = np.tile(np.arange(len(table.labels)), (1 + PERMUTATIONS, 1))
    for order in orders[1:]:
        for group in groups:
            order[group] = rng.permutation(group)
    chunks = np.array_split(orders, math.ceil(len(orders) / AT_ONCE))
    reached = np.vstack([np.column_stack([_reached(one, whole[chunk]) for one in machines]) for chunk in chunks])
    spread = reached.std(axis=0)
    best = np.max((reached - reached.mean(axis=0)) / np.where(spread > 0, spread, 1), axis=1)
    return float(np.mean(best >= best[0]))


Fold = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]  # rows held out and known, their features, the solution


def _trained(encoded: np.ndarray, sessions: np.ndarray) -> list[Fold]:
    """Solve the regression of each fold for labels that are still to come."""
    folds = []
    for fold in range(FOLDS):
        test, train = np.flatnonzero(sessions % FOLDS == fold), np.flatnonzero(sessions % FOLDS != fold)
        known = encoded[train]
        solved = np.linalg.solve(known.T @ known + RIDGE * np.eye(known.shape[1]), known.T)
        folds.append((test, train, encoded[test].astype(np.float32), solved.astype(np.float32)))
    return folds


def _reached(folds: list[Fold], labels: np.ndarray) -> np.ndarray:
    """Return the statistic of each labelling, shape (labellings, rows, conditions): scores of the true conditions."""
    count, _, conditions = labels.shape
    total = np.zeros(count)
    for test, train, features_of_test, solved in folds:
        known = labels[:, train].transpose(1, 0, 2).reshape(len(train), -1)
        scores = (features_of_test @ (solved @ known)).reshape(len(test), count, conditions)
        total += np.einsum("tbc,btc->b", scores, labels[:, test])
    return total


def _encoded(table: Table, kind: str | None) -> np.ndarray:
    """Return value, difference from the page's mean, rank within the page, and deciles of each feature of a kind."""
    columns = [np.zeros(len(table.labels))]
    for values in table.values[:, [kind in (None, one) for one in table.kinds]].T:
        differences, ranks = np.empty_like(values), np.empty_like(values)
        for page in np.unique(table.pages):
            here = table.pages == page
            differences[here] = values[here] - values[here].mean()
            ranks[here] = np.searchsorted(np.sort(values[here]), values[here])
        for one in (values, differences, ranks):
            spread = one.std()
            if spread > 0:
                columns.append((one - one.mean()) / spread)
        for one in (values, differences):
            edges = np.unique(np.quantile(one, np.linspace(0, 1, BINS + 1)[1:-1]))
            bins = np.digitize(one, edges)
            columns += [np.where(bins == number, 1.0, 0.0) for number in np.unique(bins)]
    encoded = np.column_stack(columns)
    return encoded - encoded.mean(axis=0)


def _coded(names: Sequence[str]) -> np.ndarray:
    return np.unique(names, return_inverse=True)[1]
