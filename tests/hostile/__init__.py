"""Files made to harm or broken by accident, given to the reader by the thousand; each must come back with a verdict."""
