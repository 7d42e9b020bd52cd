"""The player's screens: the only place of the workshops that imports Kivy."""
