-- right of reply, every question to every party
SELECT party, asked::VARCHAR AS asked, deadline::VARCHAR AS deadline, answered::VARCHAR AS answered, text, language, translation
FROM views.replies
ORDER BY party, asked
