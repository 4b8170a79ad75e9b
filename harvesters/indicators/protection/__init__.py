"""Which counts are hidden so that no small one can be found out, and the proof: plain records, no CKAN."""
