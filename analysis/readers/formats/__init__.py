"""The formats of other tools' results, one module each; see :mod:`analysis.readers`."""
