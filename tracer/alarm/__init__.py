"""Watches a folder and reports conclusions: what arrives is loaded, attributed and traced, and what it shows is said
once, with an update when it changes.

`intake` loads, `conclude` decides, `outbox` keeps what is to be sent, `channels` send it. A conclusion and the messages
about it are one transaction; a message is sent at least once, under one id.
"""
