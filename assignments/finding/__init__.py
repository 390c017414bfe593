"""Find Work: what is open to a worker, filtered and in the order asked for (domain.md 4.1).

asked.py says what is asked, conditions.py turns it into rows of Findable, visible.py asks who may see them, pages.py
makes a page of them, offers.py and chart.py draw it. kept.py, filled.py and due.py are for what a worker keeps.
"""
