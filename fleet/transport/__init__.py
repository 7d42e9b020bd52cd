"""How a device is reached: one port, several implementations."""
