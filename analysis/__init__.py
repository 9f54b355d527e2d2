"""Ratings to findings: tests, tables, figures and the report."""
