"""Where the figures of the documentation come from: ratios against named peers, in one run."""
