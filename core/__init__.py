"""What a help desk is: rules and rows, without Slack payloads, HTTP or a task queue."""
