"""The touch screens: the only place that imports Kivy."""
