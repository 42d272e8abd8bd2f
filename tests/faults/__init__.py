"""Faults on purpose: what the tests use to break connections."""
