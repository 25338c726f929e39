SELECT (SELECT count(*) FROM release WHERE dataset = $id AND drawn)
    + (SELECT count(*) FROM withdrawn_release WHERE dataset = $id AND drawn)
