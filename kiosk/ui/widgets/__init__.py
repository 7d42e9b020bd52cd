"""What every screen is made of; shared with the bench and the workshop apps."""
