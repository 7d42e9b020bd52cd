"""Search over the cached catalogue: analysis, index, facets, suggestions. Pure but for SQLite."""
