"""Activities that librarians write: TOML files, one an activity, and Markdown pages."""
