"""The status page: how a watched vault stands, for the person whose vault it is.

`board` takes in what the looks tell, `choice` picks what was asked for, `excerpt` shows the words of a finding in their
line, `page` makes HTML of it all. The page works without a script; with one it is filled anew whenever there is news.
"""
