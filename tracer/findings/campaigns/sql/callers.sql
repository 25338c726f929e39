-- every text that signals and complaints show as their caller, but for senders of mail
SELECT caller AS shown FROM signal WHERE channel <> 'email' UNION SELECT caller FROM complaint
