"""Typed errors. Every message says where, what was found, what was expected and what to do."""

from __future__ import annotations


class EvalkitError(Exception):
    """Base of all errors meant for the user; printed as one line, without a trace."""

    exit_code = 1


class ConfigError(EvalkitError):
    """A study file, an option or a command line is wrong."""

    exit_code = 2


class AudioError(EvalkitError):
    """Audio is silent, too short, not finite, or of the wrong rate, length or channel count."""


class DataError(EvalkitError):
    """A manifest, bundle, ratings table or store is missing, inconsistent or of another study."""


class MissingExtraError(EvalkitError):
    """A command needs an optional dependency that is not installed."""

    def __init__(self, module: str, extra: str) -> None:
        super().__init__(
            f"this command needs the package '{module}', which is not installed: "
            f"pip install 'mix-evalkit[{extra}]' (in a checkout: pip install -e '.[{extra}]')"
        )
