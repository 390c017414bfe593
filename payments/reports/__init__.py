"""Reports over money and work: what is asked, how it is grouped, and how it is drawn."""
