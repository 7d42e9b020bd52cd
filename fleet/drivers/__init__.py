"""What differs from one kind of device to another."""
