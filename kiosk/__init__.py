"""The patron's side of Colporteur."""
