"""H5P packages read natively: `package.read_h5p` turns the bytes of a `.h5p` into an activity and what is to be said about it."""
