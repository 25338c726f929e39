-- all that people wrote into the case: where, in which field, by which party where one is known, and its words
SELECT 'claim ' || id AS place, unnest(['quote', 'speaker', 'value']) AS field, party, unnest([quote, speaker, value]) AS words FROM claim
UNION ALL SELECT 'reply of ' || party, unnest(['text', 'translation']), party, unnest([text, translation]) FROM reply
UNION ALL SELECT 'judgement of ' || a || ' and ' || b, 'note', NULL, note FROM judgement
UNION ALL SELECT 'list ' || id, unnest(['id', 'title', 'title_en', 'title_zh', 'file']), NULL,
    unnest([id, list_title, title_en, title_zh, parse_filename(path)]) FROM dataset
UNION ALL SELECT 'document ' || id, unnest(['id', 'kind', 'by', 'file', 'text']), NULL, unnest([id, kind, by_whom, parse_filename(path), text]) FROM evidence
UNION ALL SELECT 'release ' || id, unnest(['id', 'purpose', 'file']), NULL, unnest([id, purpose, parse_filename(path)]) FROM release
UNION ALL SELECT 'release ' || id, unnest(['id', 'purpose', 'reason', 'file']), NULL, unnest([id, purpose, reason, parse_filename(path)]) FROM withdrawn_release
UNION ALL SELECT 'party ' || id, unnest(['id', 'name', 'name_en', 'name_zh']), id, unnest([id, name, name_en, name_zh]) FROM party
UNION ALL SELECT 'party ' || party, 'alias', party, alias FROM party_alias
UNION ALL SELECT 'line ' || id, 'id', vendor, id FROM line
UNION ALL SELECT 'case', 'name', NULL, value FROM meta WHERE name = 'name'
ORDER BY ALL
