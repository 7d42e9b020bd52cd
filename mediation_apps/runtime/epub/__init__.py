"""Books: EPUB read as hostile files, laid out line by line for each reader's comfort, and written from plain texts."""
