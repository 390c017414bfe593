"""What is done to a company: a file per part, each function one transaction."""
