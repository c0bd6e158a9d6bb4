"""Backup, restore and move: the database and the files as one archive that either database reads (decision 0017)."""
