"""How good matching is: cases with known answers, baselines beside it, figures. A pure core, without CKAN."""
