"""The agency's side: filling in, plans, working together, offline, sending, and what it is told of its review."""
