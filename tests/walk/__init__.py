"""Walks folders of drawings: each is refused with its faults, or run at random to its end."""
