"""The demo town hall, Saint-Aubin-des-Prés: its people, and some sixty courriers walked through the real circuits."""
