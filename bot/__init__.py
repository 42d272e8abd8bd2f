"""How Slack reaches the help desk, and how the help desk looks in Slack."""
