"""Duplicates: one ticket takes the other's people and conversation."""
