"""Pages of the company, its people and what it looks at."""
