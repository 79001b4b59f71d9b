"""What the tests share and no product code needs."""
