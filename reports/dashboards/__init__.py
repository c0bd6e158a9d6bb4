"""Pictures of a year for those who steer it. Everything is read off the frozen records; nothing is scored anew."""
