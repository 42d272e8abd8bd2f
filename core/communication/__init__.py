"""Communication Service: what people say about a ticket, and what they are told."""
