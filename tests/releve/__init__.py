"""Mailboxes on a real Dovecot over TLS, and watched folders: everything that waits there is taken, once."""
