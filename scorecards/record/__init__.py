"""The record as people read it: what happened, what changed, and who may read which kind of event."""
