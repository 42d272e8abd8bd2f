"""File Service: what is attached to a ticket, and where its bytes lie."""
