"""The dedicated index: immutable segments of impact postings and facet columns. Import when a search is due: it needs numpy."""
