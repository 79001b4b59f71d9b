"""The pages in a real Chromium, used as people use them."""
