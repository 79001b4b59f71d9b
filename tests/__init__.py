"""The tests, area by area: the same folders as the program, then whole journeys and real browsers."""
