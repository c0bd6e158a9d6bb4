"""Before and around a round: agencies, who has which form, opening, deadlines and more time."""
