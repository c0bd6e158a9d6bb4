"""Who belongs where: inviting, joining, leaving, how they are reached, and what is held about them."""
