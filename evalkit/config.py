"""YAML to validated models, with errors that read ``file:line: field: problem``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from evalkit.errors import ConfigError
from evalkit.registry import did_you_mean

Keys = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


class StrictModel(BaseModel):
    """Base of every configuration model: unknown fields are errors, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Source:
    """Where each field of a YAML file stands."""

    path: Path
    lines: Mapping[Keys, int] = field(default_factory=dict)

    def where(self, *keys: str | int) -> str:
        """Return ``file:line: dotted.field``; a field that is not written has its parent's line."""
        known: Keys = keys
        while known and known not in self.lines:
            known = known[:-1]
        line = self.lines.get(known, 1)
        dotted = ".".join(str(key) for key in keys)
        return f"{self.path}:{line}: {dotted}" if dotted else f"{self.path}:{line}"


def read_yaml(path: Path) -> tuple[dict[str, Any], Source]:
    """Read a YAML mapping as plain values, and remember the line of every field.

    Raises
    ------
    ConfigError
        If the file is missing, is not YAML, repeats a key, or is not a mapping.
    """
    if not path.is_file():
        raise ConfigError(f"{path}: no such file")
    try:
        tree = YAML(typ="rt", pure=True).load(path.read_text(encoding="utf-8"))
    except DuplicateKeyError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: {str(error.problem).split(' with value')[0]}") from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{path}:{line}: not valid YAML: {error.problem}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(tree, CommentedMap):
        raise ConfigError(f"{path}:1: expected a mapping of fields, found {type(tree).__name__}")
    lines: dict[Keys, int] = {}
    return _plain(tree, (), lines), Source(path, lines)


def validate(model: type[Model], data: Any, source: Source, *, at: Keys = ()) -> Model:
    """Validate plain values against a model; the first problem becomes a one-line error.

    Unknown fields come first: a misspelt field explains the missing one.

    Parameters
    ----------
    at : path of ``data`` inside the file, for the error's line and field name
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        problems = sorted(error.errors(include_url=False), key=lambda problem: problem["type"] != "extra_forbidden")
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ConfigError(_problem(problems[0], model, source, at) + more) from error


def _problem(problem: ErrorDetails, model: type[BaseModel], source: Source, at: Keys) -> str:
    keys = at
    for key in problem["loc"]:
        if (*keys, key) in source.lines or not _is_union_branch(key):  # a key that is written is no name of a branch
            keys = (*keys, key)
    where = source.where(*keys)
    if problem["type"] == "extra_forbidden":
        return f"{where}: unknown field{did_you_mean(str(keys[-1]), _fields(model, problem['loc'][:-1]))}"
    if problem["type"] == "missing":
        return f"{where}: missing"
    if problem["type"] == "value_error":
        return f"{where}: {problem['msg'].removeprefix('Value error, ')}"
    found = problem["input"]
    shown = f" (found {found!r})" if isinstance(found, str | int | float | bool) or found is None else ""
    message = problem["msg"]
    return f"{where}: {message[:1].lower()}{message[1:]}{shown}"


def _is_union_branch(key: str | int) -> bool:
    """Tell pydantic's names of union branches (``list[str]``, ``Selection``) from fields."""
    return isinstance(key, str) and (("[" in key) or key[:1].isupper() or key in {"str", "int", "float", "bool"})


def _fields(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """Return the known fields at a path inside a model, for a did-you-mean."""
    found = _models_below(model)
    names = {name for inner in found for name in inner.model_fields}
    current: type[BaseModel] | None = model
    for key in path:
        if current is None or not isinstance(key, str) or key not in current.model_fields:
            continue
        inner = _models_in(current.model_fields[key].annotation)
        current = inner[0] if len(inner) == 1 else None
    return list(current.model_fields) if current is not None else sorted(names)


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def _models_below(model: type[BaseModel]) -> list[type[BaseModel]]:
    found = [model]
    for inner in (m for f in model.model_fields.values() for m in _models_in(f.annotation)):
        found += _models_below(inner)
    return found


def _plain(node: Any, keys: Keys, lines: dict[Keys, int]) -> Any:
    if isinstance(node, CommentedMap):
        for key in node:
            lines[(*keys, key)] = node.lc.key(key)[0] + 1
        return {key: _plain(value, (*keys, key), lines) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        for index in range(len(node)):
            lines[(*keys, index)] = node.lc.item(index)[0] + 1
        return [_plain(value, (*keys, index), lines) for index, value in enumerate(node)]
    for kind in (bool, int, float, str):  # ruamel's scalars subclass these
        if isinstance(node, kind):
            return kind(node)
    return node
