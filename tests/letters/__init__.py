"""The project’s own letters, written for it, and the script that prints and spoils them."""
