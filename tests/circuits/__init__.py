"""One file a circuit shipped in processes/."""
