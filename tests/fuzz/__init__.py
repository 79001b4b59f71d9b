"""Files and expressions spoilt at random for as long as one likes: whatever comes, the engine answers in words."""
