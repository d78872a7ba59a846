"""The door of browsers: pages made by Bottle's SimpleTemplate, and charts to embed elsewhere.

A page is a function with a route, in `pages/`, and a template, in `templates/`. What pages share is
here: the look and forms in `door`, who has signed in in `visitor`. Scripts and style sheet are in
`static/`. They know channels only by the public API.
"""
