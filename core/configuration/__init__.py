"""The configuration file: reading it, applying it, writing it."""
