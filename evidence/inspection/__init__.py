"""Looks into a file that nobody has trusted yet. Runs only in the child process that evidence/inspecting.py starts.

Nothing here imports Django or the rest of the product, except the pure list of kinds (evidence.filetypes).
"""
