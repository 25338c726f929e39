# What colours, dashes and heads mean: one table for all pictures.

look-paint-beyond = kept or passed on beyond what was permitted
look-paint-copied = copied; whether that was permitted is not known
look-paint-handed = handed over, or held as permitted
look-paint-known = what else is known of the two
look-rests-documented = a document or the register shows it
look-rests-inferred = the lists themselves show it
look-rests-alleged = somebody says so
look-mark-bar = a copy, for as long as it might be held
look-mark-no-day = day not known
look-mark-no-head = no head: direction not known
