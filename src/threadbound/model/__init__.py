"""What a thread is. Frozen records that know no file, no site and no book.

``text`` holds the inline nodes of a post, ``media`` its pictures and clips, ``thread`` the rest, ``codec`` turns a
thread into its public JSON and back, and ``thread.schema.json`` documents that JSON.
"""
