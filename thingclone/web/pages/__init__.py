"""The pages, one module for each subject, with its routes. What several pages share is one folder
up.
"""
