"""Watches mailboxes and folders, and reports conclusions: what arrives is loaded, attributed and traced, and what it
shows is said once, with an update when it changes.

`watch` is the loop; `reader` reads, in a process of its own, what `intake` loads, or keeps aside where it cannot be
read; `conclude` decides, `outbox` keeps what is to be sent, `words` writes it, `channels` send it. A conclusion and the
messages about it are one transaction; a message is sent at least once, under one id.
"""
