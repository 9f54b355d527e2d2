"""Multitracks to session bundles: data sets, mixing systems, effects, models, build."""
