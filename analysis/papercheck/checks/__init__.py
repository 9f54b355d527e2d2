"""Checks of printed numbers, one module each.

Every check has ``PLACE`` (its place in the report), ``TITLE``, ``SOURCE`` (where its formula comes from)
and ``check(claims)``, which yields a :class:`analysis.papercheck.finding.Finding` for each cell it can
say something about.
"""
