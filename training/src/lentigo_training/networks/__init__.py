"""The networks, and what runs them over pictures."""
