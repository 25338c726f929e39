-- campaigns that the client has named
SELECT release, channel, first, last FROM allowed_window ORDER BY release, first, last, channel
