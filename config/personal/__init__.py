"""What Onsite knows of one person: which columns of all rooms that is, how it is handed over, and how it is erased."""
