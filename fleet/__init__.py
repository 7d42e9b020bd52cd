"""The digital referent's side: cases of devices, loans, provisioning, reset and its proof."""
