"""The real robot of the case: what can be told to it, over which line, and the cards that a scanner reads."""
