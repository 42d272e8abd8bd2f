"""A whole environment on one machine: embedded servers and a local Slack."""
