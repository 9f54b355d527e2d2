"""The application for a WSGI server such as gunicorn: ``gunicorn webtest.wsgi:application``.

Settings come from the environment, because a WSGI server takes no arguments for its application:

EVALKIT_STUDY        the study's folder (required)
EVALKIT_STORE        database URL; default: responses.db in the study (one process only: name a PostgreSQL URL)
EVALKIT_NAMES        host names that the server answers to, separated by commas
EVALKIT_PROXIES      how many proxies stand in front; default 0: none is believed
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from flask import Flask

from evalkit.errors import ConfigError
from evalkit.study import read_study
from webtest.app import create_app, open_study
from webtest.network import Network


def from_environment(environment: Mapping[str, str]) -> Flask:
    """Make the application that the environment describes.

    Raises
    ------
    ConfigError
        If no study is named, or the number of proxies is none.
    """
    folder, proxies = environment.get("EVALKIT_STUDY", ""), environment.get("EVALKIT_PROXIES", "0")
    if not folder:
        raise ConfigError("EVALKIT_STUDY: not set, expected the folder of a study")
    if not proxies.isdecimal():
        raise ConfigError(f"EVALKIT_PROXIES: found '{proxies}', expected the number of proxies in front, such as 1")
    names = tuple(name.strip() for name in environment.get("EVALKIT_NAMES", "").split(",") if name.strip())
    study = read_study(Path(folder))
    settings = open_study(study, store=environment.get("EVALKIT_STORE") or None)
    return create_app(settings, study=study, network=Network(names=names, proxies=int(proxies)))


def __getattr__(name: str) -> Flask:
    """Make ``application`` when it is asked for, so that importing this module opens nothing."""
    if name != "application":
        raise AttributeError(f"module {__name__} has no attribute {name}")
    globals()[name] = from_environment(os.environ)
    made: Flask = globals()[name]
    return made
