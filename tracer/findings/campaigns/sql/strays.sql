-- mails to other addresses of the canaries' domains, in order
SELECT "at", caller, called FROM stray_mail ORDER BY "at", file, row, called
