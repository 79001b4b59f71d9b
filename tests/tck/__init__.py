"""The runner of the public DMN Technology Compatibility Kit; the kit itself is not kept here."""
