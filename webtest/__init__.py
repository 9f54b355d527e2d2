"""Session bundles to ratings: the blinded rating page, its store and its rehearsal."""
