"""The core: vocabulary, file formats and the command table of evalkit."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("mix-evalkit")
except PackageNotFoundError:  # run from a checkout that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
