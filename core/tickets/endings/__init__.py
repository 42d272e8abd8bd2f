"""How tickets end by themselves: silence after a resolution, requesters who do not answer."""
