"""What waits for whom: on the home page and, as reminders, by mail; the mails' outboxes."""
