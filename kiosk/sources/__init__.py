"""Where records come from: OAI-PMH and OPDS servers, files. Every outside error leaves here as a `KioskError`."""
