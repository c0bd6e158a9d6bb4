"""From the review to what everybody reads: the committee, publishing, public pages, earlier years, appeals."""
