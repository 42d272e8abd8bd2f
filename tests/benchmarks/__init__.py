"""Ratios of the help desk's speed to floors that are measured beside it, taking turns."""
