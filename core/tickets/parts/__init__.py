"""Parts of a ticket that other departments work on: the sub-tickets."""
