"""The door of browsers: pages made by Bottle's SimpleTemplate, and charts to embed elsewhere.

A page is a function with a route in the module of its subject, and a template in `templates/`;
what all pages share (the look, who has signed in, forms) is `door` and `visitors`. Scripts and
style sheet are files in `static/`, and know the channels by the public API alone.
"""
