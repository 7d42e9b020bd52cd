"""Where records come from: OAI-PMH, OPDS crawls, files."""
