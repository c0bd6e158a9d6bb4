"""Getting in: signing in, passwords, the second factor, sessions."""
