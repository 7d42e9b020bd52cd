"""Labels, loan slips, check-in sheets, certificates."""
