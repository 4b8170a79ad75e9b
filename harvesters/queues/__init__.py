"""Who works on what: the processes that carry out harvests, on any number of machines.

ckanext-harvest has one list in Redis for jobs and one for units, and a consumer takes what comes next. So a slow source
holds up all others, what a killed consumer had taken is lost for three minutes and then runs a second time while the
first may still be at it, and a list that was lost with Redis is made anew by comparing all with all. Here the tables of
ckanext-harvest are the book, and its functions do the work:

- **The book** (book.py): a job that runs and has not gathered is to be gathered; a unit of it that is neither complete
  nor failed is to be worked on. Nothing can be lost that is committed.
- **Claims** (claims.py): whoever works on something holds an advisory lock of PostgreSQL on it, which ends with his
  connection. So nothing runs twice at the same time, and what a killed worker had is free at that moment.
- **The bell** (bell.py): Redis only wakes who sleeps. Without it work is found some seconds later.
- **The choice** (choice.py): of all sources with work, the one with the fewest workers on it, then the one that had the
  least time so far. Sources that are known to be slow never take the last worker.
- **The breaker** (breaker.py): a source that gives no answer for some units in succession is left alone; one error says
  so, and a source with a frequency is tried again soon.
- **Troubles** (troubles.py): what passes, such as a restart of PostgreSQL or Solr, or a Retry-After, is waited for and
  tried again; it never becomes an error of a unit at once.
- **The ends**: a unit that ends its worker again and again, or never ends, becomes an error that people see. So a job
  never runs for ever.
"""
