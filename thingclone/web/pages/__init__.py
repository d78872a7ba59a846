"""The pages and their routes, one module for each subject. Code that several pages share is one
folder up.
"""
