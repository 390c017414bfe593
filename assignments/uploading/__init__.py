"""From the bytes of a CSV file to the contents of drafts: reading, matching columns, judging cells. No database."""
