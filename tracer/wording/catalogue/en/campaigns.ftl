### What hits on controlled numbers show.

hit-background-control = The call reached a number that was given to no one: background.
hit-not-read = Not read yet: run tracer trace.
