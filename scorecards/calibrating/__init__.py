"""Judging alike: one indicator at every agency, reasons to reuse, the blind second review of a sample."""
