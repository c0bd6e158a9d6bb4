"""How pages and files put things: the head, days, answers in words, long lists, ticks, pieces drawn once, CSV."""
