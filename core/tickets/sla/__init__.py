"""What is promised about a ticket: clocks that count business time, warnings, and the reasons."""
