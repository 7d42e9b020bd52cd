"""What every workshop shares: packs, activities, scoring, sessions."""
