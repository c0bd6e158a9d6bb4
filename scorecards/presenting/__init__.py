"""How pages and files put things: days, answers in words, long lists, ticks, pieces drawn once, CSV."""
