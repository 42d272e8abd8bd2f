"""Questions about money: what is asked, whom, what they decided, and the evidence of it."""
