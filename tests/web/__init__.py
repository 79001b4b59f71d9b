"""The pages, asked for over HTTP."""
