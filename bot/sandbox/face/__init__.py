"""The local Slack in a browser: pages for every person of the workspace, several at once."""
