"""Sites that people come from, one module each, found by its name: `quartz.py` holds `quartz`, an `Imported` maker.

A source reads the settings of the other program and the notes there, and gives the configuration with which every page
keeps its address. It changes nothing: what must change in notes is a list of changes that the person may ask for.
"""
