"""One file, one outside thing: only here do the packages that touch disks, engines and servers appear."""
