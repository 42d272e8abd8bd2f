"""Slack's rules for blocks and views: what it refuses, with its reasons."""
