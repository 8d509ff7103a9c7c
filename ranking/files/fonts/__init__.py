"""The fonts of the files, and the script that makes them."""
