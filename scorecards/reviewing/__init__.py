"""The assessing side: the queue, who reviews what, rulings, questions to the agency, returning, concluding."""
