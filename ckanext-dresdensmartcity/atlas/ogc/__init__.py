"""OGC API - Features for the atlas: an answering core on plain records, and a thin blueprint."""
