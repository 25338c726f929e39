-- prefixes of countries that have no built-in plan: {known} are the codes of those
SELECT prefix FROM segment WHERE starts_with(prefix, '+') AND NOT regexp_matches(prefix, '^[+](?:{known})')
