"""Out: the local page over the store. `create_app` is its door.

    guard → routes (one room a view) → snapshot (what the store holds, joined once) → templates

The views are the report's, its templates too; what is here is what a page can do that a file
cannot: filter, check, answer, take files in.
"""
